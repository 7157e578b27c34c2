#include "executor/engine/streams.hpp"

#include "executor/engine/events.hpp"
#include "executor/engine/json_lines.hpp"
#include "executor/engine/messages.hpp"
#include "executor/engine/rfc3339.hpp"

namespace gantry::engine {
namespace {

timestamp opening_of(const http_connection& answer) {
  return parse_http_date(answer.head().field("Date")).value_or(0);
}

class http_event_stream final : public event_stream {
 public:
  http_event_stream(std::unique_ptr<http_connection> connection, std::size_t event_bytes_max)
      : connection_(std::move(connection)),
        opened_at_(opening_of(*connection_)),
        lines_(event_bytes_max) {}

  awaitable<result<std::optional<event>>> next() override {
    while (true) {
      const auto line = lines_.next();
      if (!line) co_return line.error();
      if (*line) {
        auto parsed = parse_event(**line);
        if (!parsed) co_return parsed.error();
        if (is_exec_event(*parsed)) continue;
        co_return std::optional<event>(*std::move(parsed));
      }
      if (ended_) co_return std::optional<event>();
      const auto bytes = co_await connection_->read();
      if (!bytes) co_return bytes.error();
      ended_ = bytes->empty();
      if (ended_) {
        lines_.end();
      } else {
        lines_.feed(*bytes);
      }
    }
  }

  timestamp opened_at() const override { return opened_at_; }

 private:
  std::unique_ptr<http_connection> connection_;
  timestamp opened_at_;
  json_lines lines_;
  bool ended_ = false;
};

class http_log_stream final : public log_stream {
 public:
  explicit http_log_stream(std::unique_ptr<http_connection> connection)
      : connection_(std::move(connection)), opened_at_(opening_of(*connection_)) {}

  awaitable<result<std::string_view>> read() override { return connection_->read(); }

  timestamp opened_at() const override { return opened_at_; }

 private:
  std::unique_ptr<http_connection> connection_;
  timestamp opened_at_;
};

}  // namespace

std::unique_ptr<event_stream> make_event_stream(std::unique_ptr<http_connection> connection,
                                                std::size_t event_bytes_max) {
  return std::make_unique<http_event_stream>(std::move(connection), event_bytes_max);
}

std::unique_ptr<log_stream> make_log_stream(std::unique_ptr<http_connection> connection) {
  return std::make_unique<http_log_stream>(std::move(connection));
}

}  // namespace gantry::engine
