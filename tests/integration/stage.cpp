#include "tests/integration/stage.hpp"

#include <unistd.h>

#include <atomic>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "executor/host.hpp"
#include "model/json.hpp"
#include "model/json_object.hpp"
#include "myko/net/clock.hpp"
#include "myko/parse.hpp"
#include "myko/write.hpp"

namespace gantry::test {
namespace {

constexpr const char* image = "gantry-test";

void quiet(log_level, const std::string&) {}

std::string unique_prefix() {
  static std::atomic<int> count{0};
  return "it" + std::to_string(getpid()) + "-" + std::to_string(++count) + "-";
}

std::string string_at(const json::value& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(""));
}

}  // namespace

stage::stage()
    : engine_host(engine_for_tests().host),
      prefix(unique_prefix()),
      folder_(std::filesystem::temp_directory_path() / ("gantry-" + prefix + "stage")),
      tasks_(std::make_unique<net::task_group>(context_.get_executor())) {
  std::filesystem::create_directories(folder_);
}

void stage::SetUp() {
  if (engine_host.empty()) GTEST_SKIP() << no_engine(engine_for_tests());
}

stage::~stage() {
  end_gantry();
  if (!engine_host.empty()) remove_containers("name=^/?" + prefix);
  tasks_->cancel();
  if (core_) core_->stop(myko::stop_mode::abrupt);
  context_.restart();
  context_.run_for(std::chrono::seconds(2));
  std::filesystem::remove_all(folder_);
}

// ---- The parts ------------------------------------------------------------------------------

void stage::start_core(myko::generation plays) {
  myko::server_config config;
  config.port = port_;
  config.plays = plays;
  core_ = std::make_unique<myko::server>(context_.get_executor(), config, quiet);
  port_ = core_->listen().value();
  tasks_->spawn(core_->run());
  observing_ = false;
  tasks_->spawn(observe());
  ASSERT_TRUE(until([this] { return observing_; })) << "the observer cannot connect";
}

void stage::kill_core() {
  was_killed_ = true;
  core_->stop(myko::stop_mode::abrupt);
  dead_cores_.push_back(std::move(core_));
  EXPECT_TRUE(until([this] { return !observing_; })) << "the core does not die";
}

std::unique_ptr<process> stage::make_gantry(const std::vector<std::string>& arguments,
                                            environment extra) {
  extra.try_emplace("RSHIP_SERVER", "127.0.0.1:" + std::to_string(port_));
  extra.try_emplace("DOCKER_HOST", engine_host);
  extra.try_emplace("GANTRY_SERVICE_ID", "test");
  extra.try_emplace("GANTRY_NAMES", prefix + "*");
  extra.try_emplace("GANTRY_STATE_DIR", folder_ + "/state");
  extra.try_emplace("GANTRY_LOG_LEVEL", "debug");
  std::vector<std::string> command{GANTRY_PROGRAM};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return std::make_unique<process>(command, extra,
                                   folder_ + "/gantry" + std::to_string(++runs_) + ".log");
}

void stage::start_gantry(environment extra) {
  if (gantry_) was_killed_ = was_killed_ || gantry_->exit_status() != 0;
  gantry_.reset();
  gantry_ = make_gantry({}, std::move(extra));
}

ended_program stage::run_gantry(const std::vector<std::string>& arguments, environment extra) {
  const auto it = make_gantry(arguments, std::move(extra));
  EXPECT_TRUE(until([&it] { return it->exit_status().has_value(); })) << it->log();
  return {it->exit_status().value_or(-1), it->log()};
}

void stage::stop_gantry() {
  gantry_->send(SIGTERM);
  EXPECT_TRUE(until([this] { return gantry_->exit_status().has_value(); })) << "it does not stop";
}

void stage::end_gantry() {
  if (HasFailure() && gantry_) std::cout << "---- gantry printed:\n" << gantry_->log() << "----\n";
  gantry_.reset();
}

std::string stage::docker(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "docker");
  return run_command(arguments, {{"DOCKER_HOST", engine_host}});
}

bool stage::docker_succeeds(std::vector<std::string> arguments) const {
  try {
    docker(std::move(arguments));
    return true;
  } catch (const std::runtime_error& refused) {
    std::cout << refused.what() << "\n";
    return false;
  }
}

// A kill first: Podman's removal gives a container its own grace, which may be an hour. It is
// repeated since Podman refuses at the moment at which one run ends and the next begins.
void stage::remove_containers(const std::string& filter) {
  const auto ids = [&] { return docker({"ps", "-aq", "--filter", filter}); };
  const auto none_left = [&] {
    const std::string left = ids();
    if (left.empty()) return true;
    run_command(
        {"sh", "-c",
         "{ echo \"$IDS\" | xargs docker kill; echo \"$IDS\" | xargs docker rm -f; } 2>&1; :"},
        {{"DOCKER_HOST", engine_host}, {"IDS", left}});
    return ids().empty();
  };
  try {
    EXPECT_TRUE(until(none_left)) << "containers are left: " << ids();
  } catch (const std::exception& engine_gone) {
    ADD_FAILURE() << "containers are left: " << engine_gone.what();
  }
}

std::string stage::run_container(const std::string& name, const std::string& script,
                                 std::vector<std::string> options) const {
  options.insert(options.begin(), {"run", "-d", "--network", "none", "--name", prefix + name});
  options.insert(options.end(), {image, "sh", "-c", script});
  docker(std::move(options));
  return prefix + name;
}

std::string stage::create_container(const std::string& name, const std::string& script,
                                    std::vector<std::string> options) const {
  options.insert(options.begin(), {"create", "--network", "none", "--name", prefix + name});
  options.insert(options.end(), {image, "sh", "-c", script});
  docker(std::move(options));
  return prefix + name;
}

// ---- The observer ---------------------------------------------------------------------------

// Hears every pulse, and is the operator whose commands are answered.
net::awaitable<void> stage::observe() {
  // Named, since g++ 12 copies a braced temporary in a co_await expression bit by bit.
  peer_options options;
  options.port = port_;
  options.patience = std::chrono::minutes(10);
  auto connected = co_await connect_peer(options);
  observer_ = std::move(connected).value();
  (void)co_await observer_->send(
      R"({"event":"ws:m:query","data":{"queryId":"GetAllPulses","queryItemType":"Pulse",)"
      R"("query":{"tx":"pulses","createdAt":"2026-11-21T00:00:00Z"}}})");
  observing_ = true;
  while (true) {
    const auto frame = co_await observer_->read();
    if (!frame) break;
    on_frame(*frame);
  }
  observing_ = false;
}

void stage::on_frame(const std::string& frame) {
  const auto message = myko::parse(frame);
  if (!message) return;
  if (const auto* done = std::get_if<myko::command_response>(&*message)) {
    answers_[done->tx] = {true, done->response.bytes};
  } else if (const auto* error = std::get_if<myko::command_error>(&*message)) {
    answers_[error->tx] = {false, error->message};
  } else if (const auto* news = std::get_if<myko::query_response>(&*message)) {
    for (const myko::wrapped_item& each : news->upserts) {
      const auto item = json::parse(each.item.bytes);
      const json::value* data = json::find(*item, "data");
      auto copy = std::make_shared<json::document>();
      if (data != nullptr) copy->CopyFrom(*data, copy->GetAllocator());
      const std::string emitter = string_at(*item, "emitterId");
      hear({emitter.substr(emitter.find(':') + 1), copy, string_at(*item, "hash")});
    }
  }
}

void stage::hear(heard_pulse pulse) {
  // What a gantry or a core had in its hands when it was killed comes again, and is the same.
  const bool numbered = json::find(*pulse.data, "seq") != nullptr;
  const bool is_new = !numbered || heard_.emplace(pulse.emitter, pulse.hash).second;
  if (is_new || !was_killed_) pulses_.push_back(std::move(pulse));
}

bool stage::until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
  const auto end = net::now().steady + limit;
  while (!condition()) {
    if (net::now().steady >= end) return false;
    context_.restart();
    context_.run_for(std::chrono::milliseconds(10));
  }
  return true;
}

// ---- What can be seen -----------------------------------------------------------------------

std::string stage::instance() { return host::name() + ":test"; }

bool stage::registered() const {
  return core_ && field("Instance", instance(), "status") == "Available";
}

std::string stage::field(const std::string& type, const std::string& id,
                         const std::string& key) const {
  const auto items = core_->state().items(type);
  const auto found = items.find(id);
  if (found == items.end()) return "";
  const auto item = json::parse(found->second);
  const json::value* value = json::find(*item, key);
  if (value == nullptr) return "";
  return value->IsString() ? value->GetString() : json::write(*value);
}

std::string stage::status(const std::string& path) const {
  return field("TargetStatus", instance() + ":" + target(path), "status");
}

std::string stage::alert(const std::string& path) const {
  return field("Alert", target(path) + instance(), "code");
}

std::string stage::state(const std::string& path) const {
  const std::string data = field("Pulse", target(path) + ":state", "data");
  if (data.empty()) return "";
  return string_at(*json::parse(data), "status");
}

std::size_t stage::count(const std::string& type) const {
  return core_->state().items(type).size();
}

std::vector<heard_pulse> stage::pulses_of(const std::string& emitter) const {
  std::vector<heard_pulse> out;
  for (const heard_pulse& each : pulses_) {
    if (each.emitter == emitter) out.push_back(each);
  }
  return out;
}

std::vector<std::string> stage::lines_of(const std::string& path) const {
  std::vector<std::string> out;
  for (const heard_pulse& each : pulses_of(path + ":output")) {
    if (!each.data->HasMember("seq")) {
      ADD_FAILURE() << "a notice instead of lines: " << json::write(*each.data);
      continue;
    }
    const std::size_t seq = (*each.data)["seq"].GetUint64();
    const std::size_t lines = (*each.data)["count"].GetUint64();
    EXPECT_EQ(seq, out.size() + 1) << "a gap or a repetition in the numbers of lines";
    const std::string text = (*each.data)["text"].GetString();
    std::size_t begin = 0;
    for (std::size_t line = 0; line < lines; ++line) {
      const auto end = line + 1 < lines ? text.find('\n', begin) : text.size();
      out.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return out;
}

// ---- The operator ---------------------------------------------------------------------------

answer stage::command(const std::string& id, const std::string& body_without_tx) {
  const std::string tx = "tx-" + std::to_string(++commands_);
  std::string body = R"({"tx":")" + tx + R"(","createdAt":"2026-11-21T00:00:00Z")";
  if (body_without_tx.size() > 2)
    body += "," + body_without_tx.substr(1, body_without_tx.size() - 2);
  const std::string frame =
      R"({"event":"ws:m:command","data":{"commandId":")" + id + R"(","command":)" + body + "}}}";
  tasks_->spawn([](ws_peer& peer, std::string text) -> net::awaitable<void> {
    (void)co_await peer.send(std::move(text));
  }(*observer_, frame));
  if (!until([&] { return answers_.contains(tx); })) return {false, "no answer came"};
  return answers_.at(tx);
}

answer stage::act(const std::string& path, const std::string& action, const std::string& data) {
  const std::string id = target(path) + ":" + action;
  std::string body = R"({"action":{"id":")" + id + R"(","targetId":")" + target(path) + R"("})";
  if (!data.empty()) body += R"(,"data":)" + data;
  return command("ExecTargetAction", body + "}");
}

}  // namespace gantry::test
