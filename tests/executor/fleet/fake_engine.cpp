#include "tests/executor/fleet/fake_engine.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "executor/engine/error.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {

using engine::change;
using engine::container_state;
using engine::errc;
using net::awaitable;

namespace {

// As engine::call_kind() names it.
std::string kind_of(const std::string& call) {
  if (call == "events" || call == "info") return "GET /" + call;
  if (call == "ping") return "GET /_ping";
  if (call == "list") return "GET /containers/json";
  return "GET /containers/{id}/" + call;
}

failure status(int http_status) {
  return {engine::make_status_code(http_status), "HTTP " + std::to_string(http_status)};
}

}  // namespace

fake_engine::fake_engine(boost::asio::any_io_executor executor)
    : executor_(executor), changed_(executor) {}

// ---- The world ------------------------------------------------------------------------------

std::string fake_engine::make(const std::string& name, labels labels) {
  std::string id = std::to_string(++last_id_);
  id.insert(0, 64 - id.size(), 'a');
  engine::container_details details;
  details.summary = {.id = id,
                     .name = name,
                     .image = "busybox",
                     .labels = std::move(labels),
                     .state = container_state::created,
                     .created = tick() / 1'000'000'000};
  there_[id].details = details;
  there_[id].log = std::make_shared<std::vector<engine::stored_message>>();
  tell("create", id);
  return id;
}

void fake_engine::start_container(const std::string& id) {
  auto& details = there_.at(id).details;
  details.summary.state = container_state::running;
  details.started_at = tick();
  ++there_.at(id).runs;
  tell("start", id);
}

void fake_engine::print(const std::string& id, const std::string& text,
                        engine::stream_kind stream) {
  there_.at(id).log->push_back({stream, tick(), text});
  changed_.notify();
}

void fake_engine::die(const std::string& id, int code) {
  auto& details = there_.at(id).details;
  details.summary.state = container_state::exited;
  details.exit_code = code;
  details.finished_at = tick();
  ++there_.at(id).ends;
  tell("die", id, {{"exitCode", std::to_string(code)}});
}

void fake_engine::kill(const std::string& id, int signal) {
  tell("kill", id, {{"signal", std::to_string(signal)}});
}

void fake_engine::stop_container(const std::string& id) {
  kill(id, 15);
  die(id, 143);
  tell("stop", id);
}

void fake_engine::destroy(const std::string& id) {
  tell("destroy", id);
  there_.erase(id);
  changed_.notify();
}

void fake_engine::rename(const std::string& id, const std::string& name) {
  there_.at(id).details.summary.name = name;
  tell("rename", id);
}

void fake_engine::tell(const std::string& action, const std::string& id, labels attributes) {
  const auto& summary = there_.at(id).details.summary;
  attributes.insert(summary.labels.begin(), summary.labels.end());
  attributes["name"] = summary.name;
  attributes["image"] = summary.image;
  const engine::timestamp time = tick();
  if (!lose_events) told_.push_back({"container", action, id, std::move(attributes), time});
  changed_.notify();
}

void fake_engine::tell_unread() {
  told_.push_back({.time = tick(), .is_unread = true});
  changed_.notify();
}

void fake_engine::tell_of_nothing(const std::string& action) {
  told_.push_back({.type = "container", .action = action, .time = tick()});
  changed_.notify();
}

void fake_engine::set_clock(std::chrono::system_clock::time_point now) {
  now_ = std::chrono::nanoseconds(now.time_since_epoch()).count();
}

bool fake_engine::is_running(const std::string& id) const {
  const auto found = there_.find(id);
  return found != there_.end() && found->second.details.summary.state == container_state::running;
}

// ---- Its faults -----------------------------------------------------------------------------

void fake_engine::go_away() {
  away_ = true;
  ++epoch_;
  changed_.notify();
}

void fake_engine::come_back() { away_ = false; }

void fake_engine::freeze() { is_frozen_ = true; }

void fake_engine::thaw() {
  is_frozen_ = false;
  changed_.notify();
}

void fake_engine::cut_events() {
  ++events_epoch_;
  changed_.notify();
}

void fake_engine::refuse(const std::string& call, int http_status) { refused_[call] = http_status; }

void fake_engine::exhaust(bool is) {
  seen_.lack.reset();
  if (is) seen_.lack = "no descriptors";
}

void fake_engine::hold(const std::string& call) { held_.insert(call); }

void fake_engine::release(const std::string& call) {
  held_.erase(call);
  changed_.notify();
}

std::vector<engine::container_summary> fake_engine::containers() const {
  std::vector<engine::container_summary> out;
  for (const auto& [id, each] : there_) {
    if (unread_entries.contains(id)) {
      out.push_back({.id = id, .is_unread = true});
    } else if (!unread_entries.contains("without " + id)) {
      out.push_back(each.details.summary);
    }
  }
  if (unread_entries.contains("")) out.push_back({.is_unread = true});
  return out;
}

void fake_engine::cut_logs() {
  logs_break_ = false;
  ++logs_epoch_;
  changed_.notify();
}

void fake_engine::break_logs() {
  logs_break_ = true;
  ++logs_epoch_;
  changed_.notify();
}

void fake_engine::refuse_logs(const std::string& id, int http_status) {
  there_.at(id).logs_status = http_status;
}

void fake_engine::refuse_actions(const std::string& id, int http_status) {
  there_.at(id).actions_status = http_status;
}

int fake_engine::count(const std::string& what) const {
  return static_cast<int>(std::count(asked.begin(), asked.end(), what));
}

failure fake_engine::no_such(const std::string& id) const {
  failure out = status(404);
  out.message = "no such container " + id;
  return out;
}

void fake_engine::note(const std::string& call, const std::string& id, const std::string& more) {
  const auto found = there_.find(id);
  asked.push_back(call + " " + (found == there_.end() ? id : found->second.details.summary.name) +
                  (more.empty() ? "" : " " + more));
}

std::string fake_engine::name_of(const std::string& id) const {
  const auto found = there_.find(id);
  return found == there_.end() ? id : found->second.details.summary.name;
}

awaitable<result<void>> fake_engine::deliver(std::string call, std::string about) {
  const int epoch = epoch_;
  co_await boost::asio::post(executor_, net::token);
  if (seen_.lack && call != "ping") co_return engine::fault(errc::exhausted, *seen_.lack);
  const std::string one = call + " " + name_of(about);
  while ((is_held(call) || is_held(one)) && epoch == epoch_ && !away_) co_await changed_.wait();
  if (away_) co_return engine::fault(errc::unreachable, "there is no engine");
  if (epoch != epoch_ || lost_answers.contains(call)) {
    co_return engine::fault(errc::disconnected, "the connection broke");
  }
  seen_.last_byte = net::now().steady;
  const std::string kind = kind_of(call);
  const auto refused = refused_.find(call);
  if (refused == refused_.end() || refused->second == 0) {
    seen_.not_allowed.erase(kind);
    co_return result<void>();
  }
  failure out = status(refused->second);
  if (out.code == errc::not_allowed) seen_.not_allowed.try_emplace(kind, kind + " is not allowed");
  co_return out;
}

// ---- The engine -----------------------------------------------------------------------------

awaitable<result<engine::version_info>> fake_engine::negotiate() {
  const auto delivered = co_await deliver("negotiate");
  if (!delivered) co_return delivered.error();
  co_return engine::version_info{"1.0", "1.41", "Fake"};
}

awaitable<result<void>> fake_engine::ping() {
  asked.emplace_back("ping");
  const auto delivered = co_await deliver("ping");
  if (!delivered && delivered.error().code != errc::not_allowed) co_return delivered.error();
  co_return result<void>();
}

awaitable<result<std::vector<engine::container_summary>>> fake_engine::list() {
  asked.emplace_back("list");
  auto out = containers();
  const auto delivered = co_await deliver("list");
  if (!delivered) co_return delivered.error();
  co_return out;
}

awaitable<result<engine::container_details>> fake_engine::inspect(std::string id) {
  note("inspect", id);
  result<engine::container_details> out = no_such(id);
  if (there_.contains(id)) out = there_.at(id).details;
  const auto delivered = co_await deliver("inspect", id);
  if (!delivered) co_return delivered.error();
  if (inspections_status_ != 0) co_return status(inspections_status_);
  co_return out;
}

// The answer comes when it is done, as with a real engine.
awaitable<result<change>> fake_engine::act(std::string call, std::string id) {
  const auto delivered = co_await deliver(call);
  if (!delivered) co_return delivered.error();
  if (!there_.contains(id)) co_return no_such(id);
  if (there_.at(id).actions_status != 0) co_return status(there_.at(id).actions_status);
  const bool runs = is_running(id);
  if (call == "start" ? runs : call == "stop" && !runs) co_return change::already;
  if (runs) stop_container(id);
  if (call != "stop") start_container(id);
  if (late_refusals.contains(call)) co_return status(500);
  co_return change::made;
}

awaitable<result<change>> fake_engine::start(std::string id) {
  note("start", id);
  return act("start", id);
}

awaitable<result<change>> fake_engine::stop(std::string id,
                                            std::optional<std::chrono::seconds> grace) {
  note("stop", id, grace ? std::to_string(grace->count()) : "");
  return act("stop", id);
}

awaitable<result<change>> fake_engine::restart(std::string id,
                                               std::optional<std::chrono::seconds> grace) {
  note("restart", id, grace ? std::to_string(grace->count()) : "");
  return act("restart", id);
}

// ---- Streams --------------------------------------------------------------------------------

class fake_engine::fake_events final : public engine::event_stream {
 public:
  fake_events(fake_engine& engine, std::size_t at)
      : engine_(engine),
        epoch_(engine.epoch_),
        events_epoch_(engine.events_epoch_),
        at_(at),
        opened_at_(engine.now_ / 1'000'000'000 * 1'000'000'000) {}

  awaitable<result<std::optional<engine::event>>> next() override {
    while (true) {
      if (epoch_ != engine_.epoch_) co_return engine::fault(errc::disconnected, "it went away");
      if (events_epoch_ != engine_.events_epoch_) co_return std::optional<engine::event>();
      if (at_ < engine_.told_.size() && !engine_.is_held("event")) {
        engine_.seen_.last_byte = net::now().steady;
        co_return std::optional(engine_.told_[at_++]);
      }
      co_await engine_.changed_.wait();
    }
  }

  [[nodiscard]] engine::timestamp opened_at() const override { return opened_at_; }

 private:
  fake_engine& engine_;
  int epoch_;
  int events_epoch_;
  std::size_t at_;
  engine::timestamp opened_at_;
};

class fake_engine::fake_log final : public engine::log_stream {
 public:
  fake_log(fake_engine& engine, engine::log_request request)
      : engine_(engine),
        request_(std::move(request)),
        epoch_(engine.epoch_),
        logs_epoch_(engine.logs_epoch_),
        opened_at_(engine.now_ / 1'000'000'000 * 1'000'000'000) {
    ++engine_.open_streams;
    engine_.bytes_read = 0;
    log_ = engine_.there_.at(request_.id).log;
    run_ = engine_.there_.at(request_.id).runs;
    if (request_.tail && *request_.tail < log_->size()) at_ = log_->size() - *request_.tail;
    // It reads all that is before that time.
    while (request_.since && at_ < log_->size() && log_->at(at_).time < *request_.since &&
           !is_damaged(at_))
      ++at_;
  }
  ~fake_log() override { --engine_.open_streams; }

  awaitable<result<std::string_view>> read() override {
    co_await boost::asio::post(engine_.executor_, net::token);
    while (true) {
      if (epoch_ != engine_.epoch_) co_return engine::fault(errc::disconnected, "it went away");
      if (engine_.read_status != 0) co_return status(engine_.read_status);
      if (logs_epoch_ != engine_.logs_epoch_) {
        // A log that is not followed ends in order at its end only.
        if (engine_.logs_break_ || !request_.follow) {
          co_return engine::fault(errc::disconnected, "the log broke");
        }
        co_return std::string_view();
      }
      if (!request_.follow && engine_.hang_stored_logs) {
        co_await engine_.changed_.wait();
        continue;
      }
      const bool ends = !request_.follow || (is_over() && !engine_.endless_follow);
      const bool unsent = request_.follow && ends && engine_.lossy_follow;
      if (!unsent && !engine_.is_held("read") && take()) co_return chunk_;
      if (broken_) co_return engine::fault(errc::disconnected, "it broke");
      if (ends && !engine_.is_held("read")) co_return std::string_view();
      co_await engine_.changed_.wait();
    }
  }

  [[nodiscard]] engine::timestamp opened_at() const override { return opened_at_; }

 private:
  [[nodiscard]] bool is_over() const {
    return !engine_.is_running(request_.id) || engine_.there_.at(request_.id).runs != run_;
  }

  [[nodiscard]] bool is_damaged(std::size_t at) const {
    return engine_.damaged_entries.contains(log_->at(at).text);
  }

  // Some bytes more, cut anywhere.
  bool take() {
    while (bytes_.size() < engine_.chunk_bytes && at_ < log_->size() && !broken_) {
      broken_ = is_damaged(at_);
      if (!broken_) {
        bytes_ += on_wire(log_->at(at_++));
      } else if (!engine_.damage_cuts) {
        bytes_ += engine::mux_frame(3, "invalid character '\\x00' looking for beginning of value");
      }
    }
    chunk_ = bytes_.substr(0, engine_.chunk_bytes);
    bytes_.erase(0, chunk_.size());
    engine_.bytes_read += chunk_.size();
    return !chunk_.empty();
  }

  fake_engine& engine_;
  engine::log_request request_;
  int epoch_;
  int logs_epoch_;
  engine::timestamp opened_at_;
  std::shared_ptr<const std::vector<engine::stored_message>> log_;
  int run_ = 0;
  std::size_t at_ = 0;
  bool broken_ = false;  // no more is read
  std::string bytes_;
  std::string chunk_;
};

awaitable<result<std::unique_ptr<engine::event_stream>>> fake_engine::events(
    std::optional<engine::timestamp> since) {
  events_since = since;
  std::size_t at = told_.size();
  while (since && at > 0 && told_[at - 1].time >= *since) --at;
  const auto delivered = co_await deliver("events");
  if (!delivered) co_return delivered.error();
  co_return std::make_unique<fake_events>(*this, at);
}

awaitable<result<std::unique_ptr<engine::log_stream>>> fake_engine::logs(
    engine::log_request request) {
  note("logs", request.id);
  const auto delivered = co_await deliver("logs");
  if (!delivered) co_return delivered.error();
  if (!there_.contains(request.id)) co_return no_such(request.id);
  if (const int refused = there_.at(request.id).logs_status; refused != 0)
    co_return status(refused);
  if (request.tail && damaged_tail_status != 0) co_return status(damaged_tail_status);
  co_return std::make_unique<fake_log>(*this, std::move(request));
}

}  // namespace gantry::fleet
