// A Myko server: the core of this folder behind a listening socket.
//
// It speaks the protocol from the core's side, in any of the three generations of the field. It
// keeps everything in memory, and is meant for development and for tests, not as a product's core.
// Source: the Myko protocol page, all of it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "model/result.hpp"
#include "myko/log.hpp"
#include "myko/server/core.hpp"
#include "myko/server/generation.hpp"
#include "myko/server/http_policy.hpp"
#include "myko/server/limits.hpp"
#include "myko/server/server_tls.hpp"
#include "myko/server/stop_mode.hpp"

namespace gantry::myko {

struct server_config {
  std::string address = "127.0.0.1";  // IPv4 or IPv6, without brackets
  std::uint16_t port = 0;             // 0: any that is free
  generation plays = generation::ts;
  std::optional<tls_files> tls;
  // When set, an upgrade without "Authorization: Bearer <token>" (or ?access_token=<token>, as
  // browsers cannot send the header) gets 401. The pages are not guarded.
  std::optional<std::string> token;
  page_source pages;     // may be empty
  bool compress = true;  // accept permessage-deflate; a rust server never does
  std::chrono::milliseconds websocket_ping_every{25'000};  // ts only; 0: never
  core_limits limits;
  connection_limits connection;
};

// Lifetime: outlives its run(). Thread rule: every call, and all handlers, on the executor's one
// thread.
class server {
 public:
  server(boost::asio::any_io_executor executor, server_config config, log_sink log);
  ~server();
  server(const server&) = delete;
  server& operator=(const server&) = delete;

  // Loads the certificates and binds; from then on clients may connect. Returns the port.
  // Fails with the reason in words: the address is taken or not ours, a file is unusable.
  [[nodiscard]] result<std::uint16_t> listen();

  // Serves until stop(), and returns when the last connection has ended. Call after listen(),
  // once. Cancelling it has the effect of stop(stop_mode::abrupt).
  [[nodiscard]] boost::asio::awaitable<void> run();

  // Returns at once; run() ends soon after, at the latest after `write_max` when a client takes
  // nothing. More than one call is fine, an abrupt one after an orderly one, too.
  void stop(stop_mode mode);

  // What the core holds: items, counters.
  [[nodiscard]] const core& state() const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace gantry::myko
