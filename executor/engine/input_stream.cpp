#include "executor/engine/input_stream.hpp"

#include <boost/asio/co_spawn.hpp>
#include <exception>

#include "executor/engine/engine_calls.hpp"
#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

// What the reader below and the writer share. The reader may outlive the writer by a turn.
struct hijacked_connection {
  std::unique_ptr<http_connection> http;
  bool closing = false;  // by us: the rest is of no interest
  bool ended = false;    // by the engine
};

// Only the input was asked for, so nothing is to be read but the end. It must be: Docker closes
// just its own side when the container has ended and reads no more, so that a write would wait for
// ever.
awaitable<void> drain(std::shared_ptr<hijacked_connection> connection) {
  while (true) {
    const auto bytes = co_await connection->http->read();
    if (bytes && !bytes->empty()) continue;
    if (connection->closing) co_return;
    connection->ended = true;
    connection->http->close();
    co_return;
  }
}

// The kernel's own buffers are all that holds bytes; a write waits while they are full.
class hijacked_input final : public input_stream {
 public:
  hijacked_input(std::shared_ptr<hijacked_connection> connection, std::string name,
                 std::size_t write_bytes_max)
      : connection_(std::move(connection)),
        name_(std::move(name)),
        write_bytes_max_(write_bytes_max) {}

  ~hijacked_input() override {
    connection_->closing = true;
    connection_->http->close();
  }

  awaitable<result<void>> write(std::string_view bytes) override {
    if (bytes.size() > write_bytes_max_) {
      co_return about(name_, fault(errc::refused, "more than " + std::to_string(write_bytes_max_) +
                                                      " bytes of input at once"));
    }
    if (bytes.empty()) co_return result<void>();
    auto written = co_await connection_->http->write(bytes);
    if (!written) co_return explain(written.error());
    co_return written;
  }

  awaitable<result<void>> close_input() override {
    if (connection_->ended) co_return explain({});
    connection_->closing = true;
    auto closed = co_await connection_->http->close_writing();
    if (!closed) co_return explain(closed.error());
    co_return closed;
  }

 private:
  [[nodiscard]] failure explain(failure why) const {
    if (!connection_->ended) return about(name_, std::move(why));
    return about(name_, fault(errc::disconnected,
                              "the engine has closed it: the container has ended, or the engine"));
  }

  std::shared_ptr<hijacked_connection> connection_;
  std::string name_;
  std::size_t write_bytes_max_;
};

}  // namespace

std::unique_ptr<input_stream> make_input_stream(const boost::asio::any_io_executor& executor,
                                                std::unique_ptr<http_connection> connection,
                                                std::string name, std::size_t write_bytes_max) {
  auto shared = std::make_shared<hijacked_connection>();
  shared->http = std::move(connection);
  boost::asio::co_spawn(executor, drain(shared), [](const std::exception_ptr& error) {
    if (error) std::rethrow_exception(error);  // a bug
  });
  return std::make_unique<hijacked_input>(std::move(shared), std::move(name), write_bytes_max);
}

}  // namespace gantry::engine
