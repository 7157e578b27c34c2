#include "executor/engine/http_connection.hpp"

#include <boost/asio/error.hpp>
#include <utility>

#include "executor/engine/error.hpp"
#include "myko/net/clock.hpp"

namespace gantry::engine {

namespace {

// HTTP 502 to 504; where an engine itself says so, it is about something else (refusal_status).
bool says_engine_is_away(int status) { return status >= 502 && status <= 504; }

// A cancellation keeps its own code.
failure broken(const failure& why) {
  if (why.code == boost::asio::error::operation_aborted) return {why.code, "cancelled"};
  return fault(errc::disconnected, "the connection to the engine broke: " + why.message);
}

awaitable<result<void>> unless_broken(awaitable<result<void>> operation) {
  const auto done = co_await std::move(operation);
  if (!done) co_return broken(done.error());
  co_return done;
}

}  // namespace

http_connection::http_connection(net::stream stream, std::shared_ptr<traffic> seen)
    : stream_(std::move(stream)), seen_(std::move(seen)) {
  parser_.emplace(head_bytes_max);
}

awaitable<result<void>> http_connection::exchange_heads(std::string request) {
  auto sent = co_await send(std::move(request));
  if (!sent) co_return sent;
  co_return co_await receive_head();
}

awaitable<result<void>> http_connection::exchange_next_heads(std::string request) {
  parser_.emplace(head_bytes_max);
  body_.clear();
  co_return co_await exchange_heads(std::move(request));
}

awaitable<result<void>> http_connection::send(std::string request) {
  co_return co_await write(request);
}

awaitable<result<void>> http_connection::wait_for_answer() {
  return unless_broken(stream_.wait_readable());
}

awaitable<result<void>> http_connection::write(std::string_view bytes) {
  return unless_broken(stream_.write(bytes));
}

awaitable<result<void>> http_connection::close_writing() {
  return unless_broken(stream_.close_writing());
}

awaitable<result<void>> http_connection::receive_head() {
  while (!parser_->head_complete()) {
    auto received = co_await receive();
    if (!received) co_return received;
  }
  co_return result<void>();
}

awaitable<result<std::string_view>> http_connection::read() {
  if (head().status == 101) co_return co_await read_bare();
  while (body_.empty() && !parser_->complete()) {
    const auto received = co_await receive();
    if (!received) co_return received.error();
  }
  given_.swap(body_);
  body_.clear();
  co_return std::string_view(given_);
}

awaitable<result<std::string_view>> http_connection::read_bare() {
  given_ = parser_->take_rest();
  if (!given_.empty()) co_return std::string_view(given_);
  const auto bytes = co_await read_some();
  if (!bytes) co_return bytes.error();
  if (*bytes != 0) note_byte();
  co_return std::string_view(received_.data(), *bytes);
}

awaitable<result<std::string>> http_connection::read_all(std::size_t bytes_max) {
  while (!parser_->complete() && body_.size() <= bytes_max) {
    const auto received = co_await receive();
    if (!received) co_return received.error();
  }
  if (body_.size() > bytes_max) {
    co_return fault(errc::bad_response,
                    "the engine's answer has more than " + std::to_string(bytes_max) + " bytes");
  }
  co_return std::move(body_);
}

awaitable<result<std::size_t>> http_connection::read_some() {
  const auto bytes = co_await stream_.read_some(boost::asio::buffer(received_));
  if (!bytes) co_return broken(bytes.error());
  co_return bytes;
}

// A proxy speaks even when its engine does not.
void http_connection::note_byte() {
  const bool from_proxy = parser_->head_complete() && says_engine_is_away(head().status);
  if (!from_proxy) seen_->last_byte = net::now().steady;
}

awaitable<result<void>> http_connection::receive() {
  const auto bytes = co_await read_some();
  if (!bytes) co_return bytes.error();
  if (*bytes == 0) co_return parser_->closed();
  auto fed = parser_->feed(std::string_view(received_.data(), *bytes), body_);
  note_byte();
  co_return fed;
}

}  // namespace gantry::engine
