// A raw WebSocket client for tests: it sends what it is told, as it is told, and knows no Myko.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/result.hpp"
#include "myko/net/tls.hpp"

namespace gantry::test {

struct peer_options {
  // Not an aggregate: g++ 12 destroys one twice when it is made within a co_await expression.
  peer_options() = default;

  std::uint16_t port = 0;
  std::string target = "/myko";
  std::string host = "127.0.0.1";
  std::vector<std::pair<std::string, std::string>> headers;  // further ones of the upgrade
  bool compress = false;                                     // offer permessage-deflate
  std::optional<net::client_tls> tls;
  std::chrono::milliseconds patience{5'000};  // with each step
};

// Every operation fails after `patience`; the peer is of no use after that. One read and one send
// may be under way at a time. Destroying it closes the socket without a word.
class ws_peer {
 public:
  virtual ~ws_peer() = default;

  [[nodiscard]] virtual boost::asio::awaitable<result<bool>> send(std::string text) = 0;
  [[nodiscard]] virtual boost::asio::awaitable<result<bool>> send_binary(std::string bytes) = 0;
  // One message in as many frames.
  [[nodiscard]] virtual boost::asio::awaitable<result<bool>> send_fragments(
      std::vector<std::string> parts) = 0;

  // The next message, whatever its type.
  [[nodiscard]] virtual boost::asio::awaitable<result<std::string>> read() = 0;
  // The next one that contains `part`; those before it are skipped.
  [[nodiscard]] boost::asio::awaitable<result<std::string>> read_with(std::string part);

  // The closing handshake with code 1000, or none.
  [[nodiscard]] virtual boost::asio::awaitable<result<bool>> close() = 0;
  virtual void abort() = 0;

  // With which code the server closed; 0: it did not say. After read() failed.
  [[nodiscard]] virtual std::uint16_t close_code() const = 0;
  // WebSocket pings that came; they are answered, and seen while reading only.
  [[nodiscard]] virtual std::size_t pings() const = 0;
  // What the upgrade's response held; empty: nothing.
  [[nodiscard]] virtual std::string response_header(const std::string& name) const = 0;
};

// Fails with what the server answered: "HTTP 401".
[[nodiscard]] boost::asio::awaitable<result<std::unique_ptr<ws_peer>>> connect_peer(
    peer_options options);

// Sends these bytes over TCP, and returns all that comes until the server closes.
[[nodiscard]] boost::asio::awaitable<result<std::string>> exchange_bytes(
    std::uint16_t port, std::string bytes, std::chrono::milliseconds patience);

}  // namespace gantry::test
