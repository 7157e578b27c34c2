#include "myko/session/session.hpp"

#include <algorithm>
#include <utility>

#include "myko/error.hpp"
#include "myko/parse.hpp"
#include "myko/write.hpp"

namespace gantry::myko {
namespace {

// Our pings, told from the server's own.
constexpr std::string_view ping_prefix = "gantry-";

std::optional<std::string> our_ping_id(const ping& ping) {
  const auto data = json::parse(ping.data.bytes);
  if (!data) return std::nullopt;
  const auto id = json::find_string(*data, "id");
  if (!id || !id->starts_with(ping_prefix)) return std::nullopt;
  return std::string(*id);
}

json::text item_of(const model::entity& entity, model::schema_form form) {
  return std::visit(
      [form](const auto& item) {
        if constexpr (requires { model::to_item(item, form); }) {
          return model::to_item(item, form);
        } else {
          return model::to_item(item);
        }
      },
      entity);
}

// For a log: what a stranger sent must not look like lines of ours.
std::string printable(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](char each) { return each < ' ' || each > '~'; }, '?');
  return out;
}

}  // namespace

session::session(session_config config, random_source random, log_sink log)
    : config_(config),
      random_(std::move(random)),
      log_(std::move(log)),
      delivery_(config.delivery),
      desk_(config.desk) {}

// ---- What is to be published ----------------------------------------------------------------

session_actions session::publish(model::catalogue all, moment now) {
  session_actions out;
  catalogue_ = std::move(all);
  catalogue_.instance.client = client_;
  forget_values_of_the_gone();
  if (state_ != state::registered) return out;
  if (published_nothing()) {
    register_all(now, out);
  } else {
    send_changes(model::difference(published_, catalogue_), now, out);
    published_ = catalogue_;
  }
  return out;
}

session_actions session::queue(model::pulse pulse, moment now) {
  session_actions out;
  pulse.sequence = ++sequence_;
  last_.insert_or_assign(pulse.emitter, pulse);
  const bool lossless = delivery_.queue().dropped() == 0;
  delivery_.append(std::move(pulse));
  if (lossless && delivery_.queue().dropped() > 0) {
    log_(log_level::error, "too many pulses wait for a server: from now on the oldest are dropped");
  }
  pump(now, out);
  return out;
}

session_actions session::set_latest(model::pulse pulse, moment now) {
  session_actions out;
  pulse.sequence = ++sequence_;
  if (state_ == state::registered && published_.emitters.contains(pulse.emitter)) {
    send_pulse(pulse, now, out);
  }
  latest_.insert_or_assign(pulse.emitter, std::move(pulse));
  return out;
}

session_actions session::answer(std::uint64_t ticket, const action_outcome& outcome, moment) {
  session_actions out;
  follow(desk_.finished(ticket, outcome), out);
  return out;
}

session_actions session::leave(moment now) {
  session_actions out;
  if (state_ == state::leaving || state_ == state::left) return out;
  if (state_ == state::offline) {
    state_ = state::left;
    out.emplace_back(close_connection{});
    return out;
  }
  const std::string reason = "gantry is stopping; what was begun may still complete";
  follow(desk_.give_up(reason), out);
  for (const early_command& each : early_) {
    if (!each.what.tx.empty()) send(command_error{each.what.tx, each.what.id, reason}, out);
  }
  early_.clear();
  model::catalogue last_words = catalogue_;
  for (auto& [id, status] : last_words.statuses) status.status = model::liveness::offline;
  last_words.instance.status = model::instance_status::unavailable;
  last_words.instance.message = "Gantry was stopped.";
  last_words.instance.client = client_;
  if (!published_nothing()) {  // the targets first, while their instance still stands
    model::catalogue offline = last_words;
    offline.instance = published_.instance;
    send_changes(model::difference(published_, offline), now, out);
    published_ = std::move(offline);
  }
  send_changes(model::difference(published_, last_words), now, out);
  state_ = state::leaving;
  leaving_since_ = now.steady;
  leave_ping_ = next_ping_id();
  send_ping(leave_ping_, now, out);
  return out;
}

// ---- What happens to the connection ---------------------------------------------------------

session_actions session::connected(moment now) {
  ++counters_.connections;
  state_ = state::settling;
  generation_ = generation::rust;
  client_ = {};
  published_ = {};
  delivery_.connected();
  connected_at_ = last_read_ = last_ping_ = now.steady;
  read_anything_ = heard_answer_ = complained_ = false;
  sent_ = written_ = 0;
  early_.clear();
  early_bytes_ = 0;
  return {};
}

void session::disconnected(moment) {
  state_ = state_ == state::leaving || state_ == state::left ? state::left : state::offline;
}

session_actions session::received(std::string_view frame, moment now) {
  session_actions out;
  ++counters_.frames_received;
  last_read_ = now.steady;
  read_anything_ = true;
  const result<message> parsed = parse(frame);
  if (parsed) {
    on(*parsed, now, out);
  } else if (parsed.error().code == errc::not_json) {
    ++counters_.not_json;
    complain("text that is not JSON: " + printable(frame.substr(0, 80)));
  } else {
    ++counters_.unusable;
    complain("an unusable message: " + parsed.error().message);
  }
  return out;
}

void session::heard(sign_of_life what, moment now) {
  last_read_ = now.steady;
  read_anything_ = true;
  if (what != sign_of_life::pong) return;
  heard_answer_ = true;
  delivery_.ponged(now.steady);
}

session_actions session::written(std::size_t frames, moment now) {
  session_actions out;
  written_ += frames;
  delivery_.written(written_);
  pump(now, out);
  check_left(now, out);
  return out;
}

session_actions session::tick(moment now) {
  session_actions out;
  if (state_ == state::offline || state_ == state::left) return out;
  if (state_ == state::settling && now.steady >= connected_at_ + config_.id_grace) {
    register_all(now, out);
  }
  follow(desk_.tick(now.steady), out);
  answer_late_early(now, out);
  if (delivery_.tick(now.steady)) {
    log_(log_level::warning,
         "the server does not echo pings: pulses count as delivered once the socket took them");
    pump(now, out);
  }
  check_silence(now, out);
  check_left(now, out);
  return out;
}

std::optional<std::chrono::steady_clock::time_point> session::next_wakeup() const {
  if (state_ == state::offline || state_ == state::left) return std::nullopt;
  time_point next = std::max(last_read_, last_ping_) + config_.ping_after;
  if (silence_means_death()) next = std::min(next, last_read_ + config_.dead_after);
  if (state_ == state::settling) next = std::min(next, connected_at_ + config_.id_grace);
  if (state_ == state::leaving) next = std::min(next, leaving_since_ + config_.leave_within);
  if (const auto due = desk_.next_deadline()) next = std::min(next, *due);
  if (const auto due = delivery_.next_deadline()) next = std::min(next, *due);
  if (!early_.empty()) {
    next = std::min(next, early_.front().when.steady + config_.desk.answer_within);
  }
  return next;
}

// ---- Sending --------------------------------------------------------------------------------

// Definitions first, then the current values, then what makes them usable: a user who sees a
// target online can rely on all that it names.
void session::register_all(moment now, session_actions& out) {
  state_ = state::registered;
  published_ = {};
  catalogue_.instance.client = client_;
  if (catalogue_.instance.id.empty()) return;  // nothing to publish yet: publish() comes back here

  model::catalogue definitions = catalogue_;
  definitions.instance.status = model::instance_status::starting;
  definitions.statuses.clear();
  send_changes(model::publication(definitions), now, out);
  for (const auto& [id, pulse] : latest_) send_pulse(pulse, now, out);
  model::catalogue usable = definitions;
  usable.statuses = catalogue_.statuses;
  send_changes(model::difference(definitions, usable), now, out);
  send_changes(model::difference(usable, catalogue_), now, out);
  published_ = catalogue_;
  log_(log_level::info, "registered " + std::to_string(catalogue_.targets.size()) +
                            " targets with a server of the " + std::string(to_string(generation_)) +
                            " generation" + (client_.empty() ? "" : " as client " + client_.value));
  if (const auto dropped = delivery_.queue().dropped(); dropped > 0) {
    log_(log_level::error, std::to_string(dropped) + " pulses were dropped since the start");
  }
  if (generation_ == generation::docs) {
    log_(log_level::info,
         "a server of the docs generation does not echo pings: pulses count as "
         "delivered once the socket took them");
    delivery_.expect_no_echo();
  } else {
    send_ping(next_ping_id(), now, out);  // whether it echoes is known before it matters
  }
  out.emplace_back(send_control_ping{});
  pump(now, out);
  std::deque<early_command> early;
  early.swap(early_);
  early_bytes_ = 0;
  for (const early_command& each : early) handle(each.what, each.when, out);
}

// A value without its emitter would be kept for ever, and mean nothing to a server.
void session::forget_values_of_the_gone() {
  const auto gone = [&](const auto& each) { return !catalogue_.emitters.contains(each.first); };
  std::erase_if(latest_, gone);
  std::erase_if(last_, gone);
}

void session::send_changes(const std::vector<model::change>& changes, moment now,
                           session_actions& out) {
  const auto form =
      generation_ == generation::docs ? model::schema_form::string : model::schema_form::object;
  for (const model::change& each : changes) {
    send(event{.item_type = std::string(model::item_type(each.item)),
               .change = each.type == model::change_type::set ? change_type::set : change_type::del,
               .item = item_of(each.item, form),
               .tx = make_uuid(random_),
               .created_at = rfc3339(now.wall)},
         out);
  }
}

void session::send_pulse(const model::pulse& pulse, moment now, session_actions& out) {
  ++counters_.pulses_sent;
  send(event{.item_type = "Pulse",
             .change = change_type::set,
             .item = model::to_item(pulse, client_),
             .tx = make_uuid(random_),
             .created_at = rfc3339(now.wall)},
       out);
}

// As many pulses as the window takes, and a barrier behind them.
void session::pump(moment now, session_actions& out) {
  if (state_ != state::registered || published_nothing()) return;
  while (const model::pulse* next = delivery_.next()) {
    send_pulse(*next, now, out);
    delivery_.sent(sent_);
  }
  if (!delivery_.wants_barrier()) return;
  std::string id = next_ping_id();
  send_ping(id, now, out);
  delivery_.barrier_sent(std::move(id), now.steady);
}

std::string session::next_ping_id() { return std::string(ping_prefix) + std::to_string(++pings_); }

void session::send_ping(const std::string& id, moment now, session_actions& out) {
  last_ping_ = now.steady;
  send(ping{{R"({"id":")" + id + R"(","timestamp":)" + std::to_string(unix_ms(now.wall)) + "}"}},
       out);
}

void session::send(const message& message, session_actions& out) {
  ++sent_;
  ++counters_.frames_sent;
  out.emplace_back(send_frame{write(message)});
}

// ---- Receiving ------------------------------------------------------------------------------

void session::on(const message& message, moment now, session_actions& out) {
  if (const auto* command = std::get_if<myko::command>(&message)) {
    on_command(*command, now, out);
  } else if (const auto* ping = std::get_if<myko::ping>(&message)) {
    on_ping(*ping, now, out);
  } else if (const auto* list = std::get_if<message_list>(&message)) {
    for (const auto& each : list->messages) on(each, now, out);
  } else if (const auto* event = std::get_if<myko::event>(&message)) {
    // Newer servers may ask for a value this way too; then nobody waits for an answer.
    if (event->item_type != "ResendEmitterValue") return;
    const auto item = json::parse(event->item.bytes);
    if (!item) return;
    (void)resend_value({std::string(json::find_string(*item, "instanceId").value_or("")),
                        std::string(json::find_string(*item, "emitterId").value_or(""))},
                       now, out);
  } else if (const auto* unknown = std::get_if<unknown_message>(&message)) {
    ++counters_.unknown;
    log_(log_level::debug, "ignored a message of unknown kind " + unknown->event);
  }
}

void session::on_command(const command& command, moment now, session_actions& out) {
  ++counters_.commands;
  if (const auto* id = std::get_if<set_client_id>(&command.content)) {
    adopt(*id, command, now, out);
  } else if (state_ == state::settling || (state_ == state::registered && published_nothing())) {
    keep_early(command, now, out);
  } else {
    handle(command, now, out);
  }
}

void session::keep_early(const command& command, moment now, session_actions& out) {
  const std::size_t bytes = command.body.bytes.size();
  if (early_.size() >= config_.early_commands_max ||
      early_bytes_ + bytes > config_.early_bytes_max) {
    if (command.tx.empty()) return;
    send(command_error{command.tx, command.id,
                       "gantry is still registering and its queue of commands is full: try again"},
         out);
    return;
  }
  early_bytes_ += bytes;
  early_.push_back({command, now});
}

// Registration may take longer than an answer may: there may be nothing to publish yet.
void session::answer_late_early(moment now, session_actions& out) {
  while (!early_.empty() && early_.front().when.steady + config_.desk.answer_within <= now.steady) {
    const command late = std::move(early_.front().what);
    early_.pop_front();
    early_bytes_ -= late.body.bytes.size();
    if (late.tx.empty()) continue;
    send(command_error{late.tx, late.id, "gantry is still starting: try again"}, out);
  }
}

// The server's first words tell its generation. An id that comes late, or a new one, is published
// with the instance; a late docs server needs everything again, in its own form.
void session::adopt(const set_client_id& id, const command& command, moment now,
                    session_actions& out) {
  const generation spoken = command.id == "client:setId" ? generation::docs : generation::ts;
  const bool other_form = (spoken == generation::docs) != (generation_ == generation::docs);
  const bool news = id.client != client_.value || spoken != generation_;
  client_ = model::client_id(id.client);
  generation_ = spoken;
  if (!command.tx.empty()) send(command_response{command.tx, {}}, out);
  if (state_ == state::settling || (state_ == state::registered && other_form)) {
    register_all(now, out);
  } else if (state_ == state::registered && news) {
    catalogue_.instance.client = client_;
    if (published_nothing()) return;
    log_(log_level::info, "the server told the client id late: " + client_.value);
    send_changes(model::difference(published_, catalogue_), now, out);
    published_ = catalogue_;
  }
}

void session::handle(const command& command, moment now, session_actions& out) {
  if (state_ != state::registered) {
    if (command.tx.empty()) return;
    send(command_error{command.tx, command.id, "gantry is stopping"}, out);
    return;
  }
  if (const auto* resend = std::get_if<resend_emitter_value>(&command.content)) {
    const auto objection = resend_value(*resend, now, out);
    if (command.tx.empty()) return;
    if (objection) {
      send(command_error{command.tx, command.id, *objection}, out);
    } else {
      send(command_response{command.tx, {R"({"resent":true})"}}, out);
    }
    return;
  }
  follow(desk_.received(command, catalogue_, now.steady), out);
}

// Why not, or nothing when the value is on its way.
std::optional<std::string> session::resend_value(const resend_emitter_value& what, moment now,
                                                 session_actions& out) {
  if (!what.instance.empty() && what.instance != catalogue_.instance.id.value) {
    return "the command is for instance " + what.instance + ", and this is " +
           catalogue_.instance.id.value;
  }
  const model::emitter_id id(what.emitter);
  if (!catalogue_.emitters.contains(id)) return "there is no emitter " + what.emitter + " here";
  const auto latest = latest_.find(id);
  const auto last = last_.find(id);
  if (latest == latest_.end() && last == last_.end()) {
    return "emitter " + what.emitter + " has had no value yet";
  }
  model::pulse again = latest != latest_.end() ? latest->second : last->second;
  again.sequence = ++sequence_;  // and so another hash, or watchers would hear nothing
  if (state_ == state::registered && !published_nothing()) send_pulse(again, now, out);
  return std::nullopt;
}

void session::on_ping(const ping& ping, moment now, session_actions& out) {
  // A ping of the server's own is not echoed: it would be echoed back for ever.
  const auto id = our_ping_id(ping);
  if (!id) return;
  heard_answer_ = true;
  delivery_.echoed(*id);
  if (state_ == state::leaving && *id == leave_ping_) {
    state_ = state::left;
    out.emplace_back(close_connection{});
    return;
  }
  pump(now, out);
}

void session::follow(const command_desk::orders& orders, session_actions& out) {
  const bool can_send = state_ == state::registered;
  for (const message& answer : orders.answers) {
    if (can_send) send(answer, out);
  }
  for (const action_request& request : orders.requests) out.emplace_back(perform_action{request});
}

// Once a connection: a server that understands nothing says so for each frame.
void session::complain(const std::string& what) {
  log_(complained_ ? log_level::debug : log_level::warning, "the server sent " + what);
  complained_ = true;
}

// ---- Time -----------------------------------------------------------------------------------

void session::check_silence(moment now, session_actions& out) {
  const auto silent = now.steady - last_read_;
  if (silent >= config_.dead_after && silence_means_death()) {
    out.emplace_back(drop_connection{
        {errc::silent,
         "nothing was read from the server for " +
             std::to_string(std::chrono::duration_cast<std::chrono::seconds>(silent).count()) +
             " s"}});
    return;
  }
  if (silent < config_.ping_after || now.steady - last_ping_ < config_.ping_after) return;
  last_ping_ = now.steady;
  out.emplace_back(send_control_ping{});
  if (generation_ != generation::docs) send_ping(next_ping_id(), now, out);
}

// A server that was heard, but answers no pings, may just have nothing to say.
bool session::silence_means_death() const { return heard_answer_ || !read_anything_; }

void session::check_left(moment now, session_actions& out) {
  if (state_ != state::leaving) return;
  const bool all_written = without_echo() && written_ >= sent_;
  if (!all_written && now.steady < leaving_since_ + config_.leave_within) return;
  state_ = state::left;
  out.emplace_back(close_connection{});
}

}  // namespace gantry::myko
