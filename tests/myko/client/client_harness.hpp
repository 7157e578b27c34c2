// A client under test, and servers for it, on one thread and one io_context. Nothing sleeps:
// until() runs the context until a condition holds, or its deadline has passed.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "myko/client/client.hpp"
#include "myko/server/server.hpp"
#include "tests/myko/session/fake_source.hpp"

namespace gantry::myko::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

// One machine, one instance, the target s:t with the action "run" and two emitters.
inline model::catalogue one_target() {
  model::catalogue out;
  out.machine = {.id = model::machine_id("m"), .name = "m"};
  out.instance = {.id = model::instance_id("m:s"),
                  .service = model::service_id("s"),
                  .machine = model::machine_id("m"),
                  .status = model::instance_status::available};
  out.put(
      model::target{.id = model::target_id("s:t"), .name = "t", .service = model::service_id("s")});
  out.put(model::action{.id = model::action_id("s:t:run"),
                        .target = model::target_id("s:t"),
                        .service = model::service_id("s"),
                        .schema = json::text{R"({"type":"object"})"}});
  for (const char* name : {"output", "state"}) {
    out.put(model::emitter{.id = model::emitter_id(std::string("s:t:") + name),
                           .target = model::target_id("s:t"),
                           .service = model::service_id("s")});
  }
  out.put(model::target_status{.target = model::target_id("s:t"),
                               .instance = model::instance_id("m:s"),
                               .status = model::liveness::online});
  return out;
}

// A server of ours on a port of 127.0.0.1; stopping it abruptly is what SIGTERM does to a real one.
class test_server {
 public:
  test_server(boost::asio::io_context& context, server_config config)
      : context_(context),
        server_(context.get_executor(), config, [](log_level, const std::string&) {}),
        port_(server_.listen().value()) {
    boost::asio::co_spawn(context, server_.run(), [this](const std::exception_ptr& bug) {
      ended_ = true;
      if (bug) std::rethrow_exception(bug);
    });
  }
  ~test_server() {
    server_.stop(stop_mode::abrupt);
    while (!ended_ && context_.run_one_for(seconds(5)) > 0) {
    }
    EXPECT_TRUE(ended_) << "the server did not end";
  }
  test_server(const test_server&) = delete;
  test_server& operator=(const test_server&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const core& state() const { return server_.state(); }

 private:
  boost::asio::io_context& context_;
  server server_;
  std::uint16_t port_;
  bool ended_ = false;
};

class client_harness {
 public:
  client_harness() {
    config_.session.id_grace = milliseconds(100);
    config_.backoff.first = milliseconds(10);
    config_.backoff.max = milliseconds(200);
    config_.on_change = [this] {
      if (on_change_) on_change_();
    };
  }
  // The client goes on until it is cancelled, but the variables of the test that its handlers
  // refer to are gone already.
  ~client_harness() {
    on_change_ = nullptr;
    on_action_ = [](const action_request&) {};
    if (running_) {
      cancel();
      EXPECT_TRUE(until([this] { return !running_; })) << "run() did not end when cancelled";
    }
  }

  // ---- The client

  client& make_client(std::vector<server_address> servers) {
    config_.servers = std::move(servers);
    std::uint64_t chance = 0;
    client_.emplace(
        context_.get_executor(), config_, source_,
        [chance]() mutable { return chance += 0x9E3779B97F4A7C15ULL; },
        [this](action_request request) { on_action_(std::move(request)); },
        [this](log_level level, const std::string& line) { log_.emplace_back(level, line); });
    return *client_;
  }
  // Makes a client with one target, and runs it.
  client& start(std::vector<server_address> servers) {
    make_client(std::move(servers)).publish(one_target());
    run();
    return *client_;
  }
  client& start(std::uint16_t port) { return start({plain(port)}); }

  void queue(model::pulse pulse) {
    source_.append(std::move(pulse));
    client_->pump();
  }

  void run() {
    running_ = true;
    boost::asio::co_spawn(
        context_, client_->run(),
        boost::asio::bind_cancellation_slot(cancel_.slot(), [this](const std::exception_ptr& how) {
          running_ = false;
          ending_ = how;
        }));
  }
  void cancel() { cancel_.emit(boost::asio::cancellation_type::terminal); }

  static server_address plain(std::uint16_t port, std::string host = "127.0.0.1") {
    return {.security = transport::plain, .host = std::move(host), .port = port};
  }
  static server_address tls(std::uint16_t port, std::string host = "127.0.0.1") {
    return {.security = transport::tls, .host = std::move(host), .port = port};
  }

  // ---- Time

  // The limit is for a test that fails: no test that passes takes so long, however slow the
  // machine.
  [[nodiscard]] bool until(const std::function<bool()>& holds, milliseconds limit = seconds(60)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      context_.restart();
      context_.run_one_for(milliseconds(20));
    }
    return true;
  }
  [[nodiscard]] bool until_registered() {
    return until([this] { return client_->state().registered(); });
  }

  // ---- What is to be seen

  [[nodiscard]] int logged(log_level level, const std::string& part) const {
    int times = 0;
    for (const auto& [at, line] : log_) {
      if (at == level && line.find(part) != std::string::npos) ++times;
    }
    return times;
  }
  [[nodiscard]] bool logged(const std::string& part) const {
    return logged(log_level::warning, part) + logged(log_level::info, part) > 0;
  }
  [[nodiscard]] std::string whole_log() const {
    std::string out;
    for (const auto& [level, line] : log_) out += line + "\n";
    return out;
  }

  boost::asio::io_context context_{1};
  client_config config_;
  std::vector<std::pair<log_level, std::string>> log_;
  std::function<void(action_request)> on_action_ = [this](const action_request& request) {
    client_->answer(request.ticket, action_done{{R"({"done":true})"}});
  };
  std::function<void()> on_change_;
  bool running_ = false;
  std::exception_ptr ending_;
  boost::asio::cancellation_signal cancel_;
  fake_source source_;
  std::optional<client> client_;
};

inline std::string field(const std::string& item, const std::string& name) {
  const auto parsed = json::parse(item);
  return parsed ? std::string(json::find_string(*parsed, name).value_or("")) : "";
}

// What is true of one_target(): nothing missing, nothing more, nothing stale.
inline bool holds_the_truth(const core& core, model::liveness liveness = model::liveness::online) {
  const auto keys = [&core](const char* type) {
    std::vector<std::string> out;
    for (const auto& [id, item] : core.items(type)) out.push_back(id);
    return out;
  };
  using ids = std::vector<std::string>;
  if (keys("Machine") != ids{"m"} || keys("Instance") != ids{"m:s"} ||
      keys("Target") != ids{"s:t"} || keys("Action") != ids{"s:t:run"} ||
      keys("Emitter") != ids{"s:t:output", "s:t:state"} || keys("TargetStatus") != ids{"m:s:s:t"}) {
    return false;
  }
  const bool online = liveness == model::liveness::online;
  return field(core.items("Instance").at("m:s"), "status") ==
             (online ? "Available" : "Unavailable") &&
         field(core.items("TargetStatus").at("m:s:s:t"), "status") == to_string(liveness);
}

}  // namespace gantry::myko::test
