// A connection as a stream of bytes. Whether it runs over a unix socket, TCP or TLS is chosen at
// run time, so that what is built on it is compiled once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "model/result.hpp"

namespace boost::asio::ssl {
class context;
}

namespace gantry::net {

class stream_socket;  // stream_layer.hpp

// One read and one write (of whatever kind) may be under way at a time. But for wait_readable(), a
// cancelled or failed operation leaves the stream unusable: close it. Failures hold the code of the
// system or of TLS. Lifetime: outlives its operations; destruction closes the connection.
// Thread rule: its executor's one thread.
class stream {
 public:
  template <typename T>
  using awaitable = boost::asio::awaitable<T>;

  explicit stream(std::shared_ptr<stream_socket> socket);
  stream(stream&&) noexcept = default;
  stream& operator=(stream&& other) noexcept;
  ~stream();

  [[nodiscard]] boost::asio::any_io_executor executor() const;

  // From here on all is encrypted. Both sides begin so, at once. Have no deadline. The client's
  // fails in words that name what is wrong with the certificate.
  [[nodiscard]] awaitable<result<void>> secure_as_client(
      std::shared_ptr<boost::asio::ssl::context> context, std::string host);
  [[nodiscard]] awaitable<result<void>> secure_as_server(
      std::shared_ptr<boost::asio::ssl::context> context);

  // How many bytes were read; 0 at the end. That of a peer which closes TLS without saying so is
  // one, too: it looks like an attacker who cuts the stream, and whoever reads must know whether it
  // was whole.
  [[nodiscard]] awaitable<result<std::size_t>> read_some(boost::asio::mutable_buffer into);

  // Writes all of it. `bytes` must live until then.
  [[nodiscard]] awaitable<result<void>> write(std::string_view bytes);

  // Tells the peer that no more bytes will come, while its own may go on: a FIN, or over TLS a
  // close_notify, which Go's TLS (every engine's) hands to its reader as the end of the stream and
  // does not answer.
  [[nodiscard]] awaitable<result<void>> close_writing();

  // Waits for bytes of the peer, of whatever kind. Can be cancelled without harm.
  [[nodiscard]] awaitable<result<void>> wait_readable();

  // Says that no more bytes will come, drops what the peer still sends until it has no more either,
  // and closes; all that within `limit`, then it just closes. (A socket that is closed with unread
  // bytes resets the connection, and the peer may lose what we sent last.)
  [[nodiscard]] awaitable<void> finish(std::chrono::milliseconds limit);

  // Ends all operations, with a failure, and the connection.
  void close();

  // Asked before each read from the network, also of TLS's own. Once it says no the connection is
  // closed.
  void before_each_read(std::function<bool()> may_read);

  [[nodiscard]] const std::shared_ptr<stream_socket>& socket() const { return socket_; }

 private:
  std::shared_ptr<stream_socket> socket_;
};

}  // namespace gantry::net
