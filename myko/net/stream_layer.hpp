// A stream as Asio and Beast know streams: for WebSocket and HTTP, whose code is compiled once so.
// Only for the few files that speak these.
#pragma once

#include <array>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/role.hpp>
#include <chrono>
#include <cstddef>
#include <utility>

#include "myko/net/stream.hpp"

namespace gantry::net {

// A connected socket as a stream.
[[nodiscard]] stream make_stream(boost::asio::generic::stream_protocol::socket socket);

using io_handler =
    boost::asio::any_completion_handler<void(boost::system::error_code, std::size_t)>;
using end_handler = boost::asio::any_completion_handler<void(boost::system::error_code)>;

// The first ones of a sequence of buffers, whatever its type: to read or write some is allowed.
template <typename Buffer>
class first_buffers {
 public:
  using value_type = Buffer;
  using const_iterator = const Buffer*;

  template <typename Sequence>
  explicit first_buffers(const Sequence& all) {
    const auto end = boost::asio::buffer_sequence_end(all);
    for (auto at = boost::asio::buffer_sequence_begin(all); at != end && size_ < max; ++at) {
      const Buffer one(*at);
      if (one.size() > 0) parts_[size_++] = one;
    }
  }

  [[nodiscard]] const_iterator begin() const { return parts_.data(); }
  [[nodiscard]] const_iterator end() const { return parts_.data() + size_; }

 private:
  static constexpr std::size_t max = 8;
  std::array<Buffer, max> parts_;
  std::size_t size_ = 0;
};

using read_buffers = first_buffers<boost::asio::mutable_buffer>;
using write_buffers = first_buffers<boost::asio::const_buffer>;

void start_read(stream_socket& from, read_buffers into, io_handler then);
void start_write(stream_socket& to, write_buffers bytes, io_handler then);
void start_finish(const stream& one, std::chrono::milliseconds limit, end_handler then);

class stream_layer {
 public:
  using executor_type = boost::asio::any_io_executor;

  // `finish_within`: how long the end may take after closing handshakes; see stream::finish().
  stream_layer(stream over, std::chrono::milliseconds finish_within)
      : stream_(std::move(over)), finish_within_(finish_within) {}

  [[nodiscard]] executor_type get_executor() const { return stream_.executor(); }
  [[nodiscard]] stream& get() { return stream_; }
  [[nodiscard]] const stream& get() const { return stream_; }
  [[nodiscard]] std::chrono::milliseconds finish_within() const { return finish_within_; }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& into, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [socket = stream_.socket().get()](io_handler then, read_buffers buffers) {
          start_read(*socket, buffers, std::move(then));
        },
        token, read_buffers(into));
  }

  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& bytes, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [socket = stream_.socket().get()](io_handler then, write_buffers buffers) {
          start_write(*socket, buffers, std::move(then));
        },
        token, write_buffers(bytes));
  }

 private:
  stream stream_;
  std::chrono::milliseconds finish_within_;
};

// Beast asks for these two, by name: the end behind a closing handshake, and at once.
template <typename Handler>
void async_teardown(boost::beast::role_type, stream_layer& over, Handler&& then) {
  start_finish(over.get(), over.finish_within(), std::forward<Handler>(then));
}
inline void beast_close_socket(stream_layer& over) { over.get().close(); }

}  // namespace gantry::net
