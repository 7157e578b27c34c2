#include "executor/engine/pull_stream.hpp"

#include "executor/engine/engine_calls.hpp"
#include "executor/engine/image_messages.hpp"
#include "executor/engine/json_lines.hpp"

namespace gantry::engine {
namespace {

class http_pull_stream final : public pull_stream {
 public:
  http_pull_stream(std::unique_ptr<http_connection> connection, std::string name,
                   std::size_t line_bytes_max)
      : connection_(std::move(connection)), name_(std::move(name)), lines_(line_bytes_max) {}

  awaitable<result<std::optional<pull_progress>>> next() override {
    while (true) {
      const auto line = lines_.next();
      if (!line) co_return about(name_, line.error());
      if (*line) {
        auto step = parse_pull_line(**line);
        if (!step) co_return about(name_, step.error());
        if (*step) co_return step;
        continue;
      }
      if (ended_) co_return std::optional<pull_progress>();
      const auto bytes = co_await connection_->read();
      if (!bytes) co_return about(name_, bytes.error());
      ended_ = bytes->empty();
      if (ended_) {
        lines_.end();
      } else {
        lines_.feed(*bytes);
      }
    }
  }

 private:
  std::unique_ptr<http_connection> connection_;
  std::string name_;
  json_lines lines_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<pull_stream> make_pull_stream(std::unique_ptr<http_connection> connection,
                                              std::string name, std::size_t line_bytes_max) {
  return std::make_unique<http_pull_stream>(std::move(connection), std::move(name), line_bytes_max);
}

}  // namespace gantry::engine
