// One HTTP request and its answer, over a connection of its own; or, where somebody asks again and
// again, several behind each other.
//
// Cancellation is terminal: drop the connection. There are no deadlines here; callers set them.
// Fails with disconnected when the connection broke.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "executor/engine/basics.hpp"
#include "executor/engine/http_response.hpp"
#include "executor/engine/traffic.hpp"
#include "model/result.hpp"
#include "myko/net/stream.hpp"

namespace gantry::engine {

class http_connection {
 public:
  static constexpr std::size_t head_bytes_max = 64 << 10;
  static constexpr std::size_t read_bytes = 64 << 10;

  // Notes in `seen` what it reads.
  http_connection(net::stream stream, std::shared_ptr<traffic> seen);

  // Sends the request, as it goes over the wire, and receives the head of the answer.
  [[nodiscard]] awaitable<result<void>> exchange_heads(std::string request);

  // The same for a further request, when the answer to the one before was read to its end.
  [[nodiscard]] awaitable<result<void>> exchange_next_heads(std::string request);

  // The same in two steps, and what may be done in between.
  [[nodiscard]] awaitable<result<void>> send(std::string request);
  [[nodiscard]] awaitable<result<void>> receive_head();
  // Waits until the answer begins. Cancellation does no harm.
  [[nodiscard]] awaitable<result<void>> wait_for_answer();

  // Valid once received.
  [[nodiscard]] const http_head& head() const { return parser_->head(); }

  // The next bytes of the body, valid until the next call; empty at the body's orderly end. Behind
  // a head with status 101 they are the bare bytes of the connection.
  [[nodiscard]] awaitable<result<std::string_view>> read();

  // The rest of the body. Fails with bad_response when it is longer.
  [[nodiscard]] awaitable<result<std::string>> read_all(std::size_t bytes_max);

  // For a connection that was hijacked, which is no HTTP any more.
  [[nodiscard]] awaitable<result<void>> write(std::string_view bytes);
  [[nodiscard]] awaitable<result<void>> close_writing();
  // Ends all that is under way.
  void close() { stream_.close(); }

 private:
  awaitable<result<void>> receive();
  awaitable<result<std::string_view>> read_bare();
  awaitable<result<std::size_t>> read_some();
  void note_byte();

  net::stream stream_;
  std::shared_ptr<traffic> seen_;
  std::optional<http_response_parser> parser_;
  std::array<char, read_bytes> received_;
  std::string body_;   // decoded, and not yet given
  std::string given_;  // what the last view of read() points to
};

}  // namespace gantry::engine
