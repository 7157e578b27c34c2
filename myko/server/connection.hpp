// One accepted socket, from its first byte to its end: TLS, HTTP, and Myko after an upgrade.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "myko/log.hpp"
#include "myko/server/generation.hpp"
#include "myko/server/http_policy.hpp"
#include "myko/server/limits.hpp"
#include "myko/server/output.hpp"
#include "myko/server/stop_mode.hpp"

namespace boost::asio::ssl {
class context;
}

namespace gantry::myko {

// Who decides what a connection shall do. Outlives all its connections.
class connection_host {
 public:
  virtual ~connection_host() = default;
  virtual http_decision asked(const request_head& request) = 0;
  virtual void upgraded(connection_id id) = 0;
  // After upgraded(). The bytes are valid during the call.
  virtual void text(connection_id id, std::string_view frame) = 0;
  virtual void binary(connection_id id, std::string_view frame) = 0;
};

struct connection_settings {
  generation plays = generation::ts;
  bool compress = true;
  std::chrono::milliseconds ping_every{0};  // WebSocket pings; 0: none
  connection_limits limits;
  std::shared_ptr<boost::asio::ssl::context> tls;  // null: plain
};

// Thread rule: all on the executor's thread.
class connection {
 public:
  virtual ~connection() = default;

  // Once. Returns when the connection has ended, for whatever reason; every step on the way there
  // is bounded but for the waiting for a client's next frame. Keep the object until then.
  [[nodiscard]] virtual boost::asio::awaitable<void> run() = 0;
  // Queues a text frame; ends the connection if its reader is too far behind. After the end: no
  // effect.
  virtual void send(std::string frame) = 0;
  virtual void stop(stop_mode mode) = 0;
};

[[nodiscard]] std::shared_ptr<connection> create_connection(connection_id id,
                                                            boost::asio::ip::tcp::socket socket,
                                                            connection_settings settings,
                                                            connection_host& host, log_sink log);

}  // namespace gantry::myko
