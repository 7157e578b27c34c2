// A connection to the engine as a stream of bytes, whatever it runs over.
//
// Cancellation of any operation is terminal: the connection is of no use any more. Destruction
// closes it.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <memory>
#include <string_view>

#include "executor/engine/basics.hpp"
#include "executor/engine/endpoint.hpp"
#include "model/result.hpp"

namespace gantry::engine {

class byte_stream {
 public:
  virtual ~byte_stream() = default;

  // How many bytes were read; 0 at the end. Fails with disconnected.
  [[nodiscard]] virtual awaitable<result<std::size_t>> read_some(
      boost::asio::mutable_buffer into) = 0;

  // Writes all of it. `bytes` must live until then. Fails with disconnected.
  [[nodiscard]] virtual awaitable<result<void>> write(std::string_view bytes) = 0;

  // Tells the peer that no more bytes will come, while its own may go on: a FIN, or over TLS a
  // close_notify, which Go's TLS (every engine's) hands to its reader as the end of the stream and
  // does not answer. Fails with disconnected.
  [[nodiscard]] virtual awaitable<result<void>> close_writing() = 0;

  // Waits for bytes of the peer, of whatever kind. Unlike all else here it can be cancelled, and
  // the connection is as good as before.
  [[nodiscard]] virtual awaitable<result<void>> wait_readable() = 0;

  // Ends all operations, with a failure, and the connection.
  virtual void close() = 0;
};

// Connects, and over TLS verifies the engine. Has no deadline. Fails with unreachable or
// untrusted, in words that say what to do. Certificates are read again for each connection: they
// may be renewed while we run.
[[nodiscard]] awaitable<result<std::unique_ptr<byte_stream>>> connect(
    boost::asio::any_io_executor executor, endpoint where);

}  // namespace gantry::engine
