// A client's WebSocket connection over TCP or TLS: resolve, connect, handshakes, frames.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "model/result.hpp"
#include "myko/client/address.hpp"
#include "myko/net/lookup.hpp"
#include "myko/net/tls.hpp"

namespace gantry::myko {

struct websocket_config {
  net::client_tls tls;     // used by wss addresses only
  std::string token_file;  // sent as "Authorization: Bearer ..."; read at each connect
  bool compress = false;   // offer permessage-deflate
  std::size_t message_bytes_max = 64U << 20U;       // the strictest server's own limit
  std::chrono::milliseconds connect_within{5'000};  // each of: name, TCP, TLS, upgrade
  std::chrono::milliseconds write_within{15'000};   // one frame
  std::chrono::milliseconds close_within{1'000};    // closing handshake, end of TLS, end of TCP
  net::name_resolver resolve = net::resolve_by_system;
};

// One connection. One read and one write (or ping, or close) may be under way at a time. A
// cancelled or failed operation leaves it unusable: destroy it, which closes the socket. A server
// that sends nothing but empty, binary or control frames, without end, is given up.
class websocket {
 public:
  virtual ~websocket() = default;

  // The next text message, valid until the next call; an empty pointer for a binary one, which no
  // server should send. Has no time-out.
  struct incoming {
    bool text = true;
    std::string_view bytes;
  };
  [[nodiscard]] virtual boost::asio::awaitable<result<incoming>> read() = 0;
  [[nodiscard]] virtual boost::asio::awaitable<result<bool>> write(std::string_view text) = 0;
  [[nodiscard]] virtual boost::asio::awaitable<result<bool>> ping() = 0;
  // The closing handshake, bounded.
  [[nodiscard]] virtual boost::asio::awaitable<void> close() = 0;
  // Without a word. Ends all operations, also those that wait for each other, and so could not be
  // cancelled.
  virtual void abort() = 0;
};

enum class control_frame { ping, pong };

// Connects, with a deadline for each step. `on_control` hears of ping and pong frames, which are
// answered without it.
// Fails with errc::name_unknown, unreachable, tls_refused or upgrade_refused, with timed_out, or
// with permission_denied for a token file; the text says which step, and what the server said.
[[nodiscard]] boost::asio::awaitable<result<std::unique_ptr<websocket>>> connect_websocket(
    server_address address, websocket_config config, std::function<void(control_frame)> on_control);

}  // namespace gantry::myko
