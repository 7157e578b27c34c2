// A server on a free port of 127.0.0.1, and a script of peers, on one thread.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "myko/net/deadline.hpp"
#include "myko/server/server.hpp"
#include "tests/support/co_test.hpp"
#include "tests/support/ws_peer.hpp"

namespace gantry::myko::test {

using gantry::test::peer_options;
using gantry::test::ws_peer;
using net::awaitable;

inline peer_options with_header(std::string name, std::string value) {
  peer_options out;
  out.headers.emplace_back(std::move(name), std::move(value));
  return out;
}
inline peer_options with_target(std::string target) {
  peer_options out;
  out.target = std::move(target);
  return out;
}
inline peer_options with_tls(net::client_tls tls) {
  peer_options out;
  out.tls = std::move(tls);
  return out;
}

class server_harness {
 public:
  explicit server_harness(server_config config = {})
      : server_(context_.get_executor(), std::move(config),
                [this](log_level, const std::string& line) { log_.push_back(line); }),
        port_(server_.listen().value()) {
    boost::asio::co_spawn(context_, server_.run(), [this](const std::exception_ptr& bug) {
      ended_ = true;
      if (bug) std::rethrow_exception(bug);
    });
  }

  void play(std::function<awaitable<void>()> script) {
    gantry::test::run_script(context_, std::move(script));
  }

  // Runs until the server has ended, or does not in time: false.
  bool stop(stop_mode mode) {
    server_.stop(mode);
    context_.restart();
    context_.run_for(gantry::test::test_max);
    return ended_;
  }

  awaitable<std::unique_ptr<ws_peer>> connect(peer_options options = {}) {
    auto peer = co_await attempt(std::move(options));
    co_return std::move(peer).value();
  }
  awaitable<result<std::unique_ptr<ws_peer>>> attempt(peer_options options = {}) const {
    options.port = port_;
    return gantry::test::connect_peer(std::move(options));
  }
  awaitable<result<std::string>> exchange(std::string bytes) const {
    return gantry::test::exchange_bytes(port_, std::move(bytes), std::chrono::seconds(10));
  }

  // Waits for what the server learns without an answer to anybody.
  awaitable<void> until(std::function<bool()> holds) {
    while (!holds()) co_await net::sleep(std::chrono::milliseconds(1));
  }

  [[nodiscard]] server& served() { return server_; }
  [[nodiscard]] const core& state() const { return server_.state(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::vector<std::string>& log() const { return log_; }

 private:
  boost::asio::io_context context_{1};
  std::vector<std::string> log_;
  server server_;
  std::uint16_t port_;
  bool ended_ = false;
};

}  // namespace gantry::myko::test
