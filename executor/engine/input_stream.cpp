#include "executor/engine/input_stream.hpp"

#include "executor/engine/engine_calls.hpp"
#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

// Never reads: only the input was asked for, so the engine has nothing to send. The kernel's own
// buffers are all that holds bytes, and a write waits while they are full.
class hijacked_input final : public input_stream {
 public:
  hijacked_input(std::unique_ptr<http_connection> connection, std::string name,
                 std::size_t write_bytes_max)
      : connection_(std::move(connection)),
        name_(std::move(name)),
        write_bytes_max_(write_bytes_max) {}

  awaitable<result<void>> write(std::string_view bytes) override {
    if (bytes.size() > write_bytes_max_) {
      co_return about(name_, fault(errc::refused, "more than " + std::to_string(write_bytes_max_) +
                                                      " bytes of input at once"));
    }
    if (bytes.empty()) co_return result<void>();
    auto written = co_await connection_->write(bytes);
    if (!written) co_return about(name_, written.error());
    co_return written;
  }

  awaitable<result<void>> close_input() override {
    auto closed = co_await connection_->close_writing();
    if (!closed) co_return about(name_, closed.error());
    co_return closed;
  }

 private:
  std::unique_ptr<http_connection> connection_;
  std::string name_;
  std::size_t write_bytes_max_;
};

}  // namespace

std::unique_ptr<input_stream> make_input_stream(std::unique_ptr<http_connection> connection,
                                                std::string name, std::size_t write_bytes_max) {
  return std::make_unique<hijacked_input>(std::move(connection), std::move(name), write_bytes_max);
}

}  // namespace gantry::engine
