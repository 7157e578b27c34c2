#include "tests/executor/fleet/stage.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "model/json.hpp"

namespace gantry::fleet {

using namespace std::chrono_literals;

void fake_core::publish(model::catalogue all) {
  published = std::move(all);
  ++publications;
  if (behind != nullptr) behind->publish(published);
}

void fake_core::set_latest(model::pulse pulse) {
  latest[pulse.emitter.value] = pulse.data.bytes;
  ++latest_told;
  if (behind != nullptr) behind->set_latest(std::move(pulse));
}

void fake_core::answer(std::uint64_t ticket, const myko::action_outcome& outcome) {
  answers[ticket].push_back(outcome);
  if (behind != nullptr) behind->answer(ticket, outcome);
}

instance_identity test_self() {
  instance_identity out;
  out.machine = {.id = model::machine_id("host"),
                 .name = "host",
                 .dns_name = "host",
                 .exec_name = "gantry",
                 .addresses = {}};
  out.instance.service = model::service_id("svc");
  out.instance.id = model::make_instance_id(out.machine.id, out.instance.service);
  out.instance.name = "Gantry on host";
  out.instance.machine = out.machine.id;
  out.engine_name = "Containers on host";
  return out;
}

stage::stage() {
  config.self = test_self();
  config.backoff = {.first = 2ms, .max = 5ms, .stable_after = 10'000ms};
  config.link.unheard_max = 0ms;  // what is away is away at once
}

stage::~stage() {
  cancel();
  EXPECT_EQ(engine.open_streams, 0);
}

void stage::launch() {
  controller_ = std::make_unique<controller>(
      io.get_executor(), engine, core, outbox, config, [] { return std::uint64_t{0}; },
      [this](log_level level, const std::string& text) {
        if (level >= log_level::warning) log.push_back(text);
      });
  running_ = true;
  boost::asio::co_spawn(
      io, controller_->run(),
      boost::asio::bind_cancellation_slot(cancelled_.slot(),
                                          [this](const std::exception_ptr&) { running_ = false; }));
}

void stage::begin() {
  launch();
  until([this] { return is_online("engine"); }, "the engine is online");
}

void stage::cancel() {
  cancelled_.emit(boost::asio::cancellation_type::terminal);
  io.restart();
  io.run_for(10s);
  EXPECT_FALSE(running_) << "the controller goes on";
  EXPECT_TRUE(io.stopped()) << "something goes on";
}

void stage::crash() {
  outbox.die();
  cancel();
  controller_.reset();
  outbox.revive();
  core.published = {};
  config.earlier = outbox.database.life();
  const auto last = outbox.database.facts.find(std::string(last_event_fact));
  config.last_event.reset();
  if (last != outbox.database.facts.end()) config.last_event = std::stoll(last->second);
}

void stage::until(const std::function<bool()>& condition, const std::string& what) {
  // Long, for it is a machine's load that is not to be tested: in vain is in vain.
  const auto limit = std::chrono::steady_clock::now() + 60s;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > limit) {
      ADD_FAILURE() << "in vain: " << what;
      return;
    }
    io.restart();
    io.run_one_for(100ms);
  }
}

void stage::settle() {
  io.restart();
  io.run_for(60ms);
}

void stage::pass(test::virtual_clock& clock, std::chrono::seconds time) {
  constexpr int turns = 8;  // what a timer began may take a few
  for (auto left = time; left > 0s; left -= 1s) {
    clock.pass(1s, io);
    for (int turn = 0; turn < turns; ++turn) {
      io.restart();
      io.poll();
    }
  }
}

std::vector<std::string> stage::told(const std::string& path) const {
  const std::string prefix = "svc:" + path + ":";
  std::vector<std::string> out;
  std::uint64_t next_seq = 1;
  for (const model::pulse& pulse : outbox.pulses) {
    if (!pulse.emitter.value.starts_with(prefix)) continue;
    const std::string emitter = pulse.emitter.value.substr(prefix.size());
    const auto data = json::parse(pulse.data.bytes).value();
    if (const auto reason = json::find_string(data, "reason"); reason && emitter == "output") {
      out.push_back("[" + std::string(*reason) + "]");
    } else if (emitter == "output") {
      const std::string_view mark = *json::find_string(data, "stream") == "stderr" ? "! " : "> ";
      EXPECT_EQ(json::find(data, "seq")->GetUint64(), next_seq) << pulse.data.bytes;
      next_seq += json::find(data, "count")->GetUint64();
      std::string text(*json::find_string(data, "text"));
      for (std::size_t end = 0; end != std::string::npos;) {
        end = text.find('\n');
        out.push_back(std::string(mark) + text.substr(0, end));
        if (end != std::string::npos) text.erase(0, end + 1);
      }
    } else if (emitter == "run") {
      out.emplace_back("run");
    } else {
      out.push_back(emitter + " " + json::write(*json::find(data, "exitCode")));
    }
  }
  return out;
}

void stage::until_told(const std::string& path, const std::string& last) {
  std::size_t seen = 0;
  until(
      [&] {
        if (outbox.pulses.size() == seen) return false;
        seen = outbox.pulses.size();
        const auto all = told(path);
        return !all.empty() && all.back() == last;
      },
      path + " tells " + last);
}

bool stage::is_published(const std::string& path) const {
  return core.published.targets.contains(model::target_id("svc:" + path));
}

bool stage::is_online(const std::string& path) const {
  for (const auto& [id, status] : core.published.statuses) {
    if (status.target.value == "svc:" + path) return status.status == model::liveness::online;
  }
  return false;
}

std::string stage::state(const std::string& path) const {
  const auto found = core.latest.find("svc:" + path + ":state");
  if (found == core.latest.end()) return "";
  return std::string(*json::find_string(json::parse(found->second).value(), "status"));
}

std::string stage::last_data(const std::string& path, const std::string& emitter) const {
  std::string out;
  for (const model::pulse& pulse : outbox.pulses) {
    if (pulse.emitter.value == "svc:" + path + ":" + emitter) out = pulse.data.bytes;
  }
  return out;
}

std::uint64_t stage::act(const std::string& path, const std::string& verb,
                         std::optional<std::string> data) {
  myko::action_request request;
  request.ticket = ++last_ticket_;
  request.target = model::target_id("svc:" + path);
  request.action = model::make_action_id(request.target, verb);
  if (data) request.data = json::text{*data};
  controller_->perform(request);
  return last_ticket_;
}

void stage::perform(const myko::action_request& request) { controller_->perform(request); }

void stage::lose_lines(const std::string& path) {
  controller_->lines_lost({model::target_id("svc:" + path)});
}

std::string stage::answer(std::uint64_t ticket) const {
  const auto found = core.answers.find(ticket);
  if (found == core.answers.end()) return "";
  EXPECT_EQ(found->second.size(), 1U) << "answered more than once";
  const auto& outcome = found->second.front();
  if (const auto* failed = std::get_if<myko::action_failed>(&outcome)) {
    return "error: " + failed->message;
  }
  return std::get<myko::action_done>(outcome).response.bytes;
}

std::string stage::until_answered(std::uint64_t ticket) {
  until([&] { return core.answers.contains(ticket); }, "an answer");
  return answer(ticket);
}

}  // namespace gantry::fleet
