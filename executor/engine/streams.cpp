#include "executor/engine/streams.hpp"

#include "executor/engine/events.hpp"
#include "executor/engine/messages.hpp"
#include "executor/engine/rfc3339.hpp"

namespace gantry::engine {
namespace {

timestamp opening_of(const http_connection& answer) {
  return parse_http_date(answer.head().field("Date")).value_or(0);
}

class http_event_stream final : public event_stream {
 public:
  http_event_stream(std::unique_ptr<http_connection> connection, json_limits limits,
                    std::shared_ptr<skipped_items> skipped)
      : connection_(std::move(connection)),
        opened_at_(opening_of(*connection_)),
        items_(json_form::lines, limits),
        skipped_(std::move(skipped)) {}

  awaitable<result<std::optional<event>>> next() override {
    while (true) {
      if (const auto item = items_.next()) {
        event out = read(*item);
        if (!is_exec_event(out)) co_return std::optional<event>(std::move(out));
        continue;
      }
      if (ended_) co_return std::optional<event>();
      const auto bytes = co_await connection_->read();
      if (!bytes) co_return bytes.error();
      ended_ = bytes->empty();
      if (ended_) items_.end();
      items_.feed(*bytes);
    }
  }

  timestamp opened_at() const override { return opened_at_; }

 private:
  event read(const json_item& item) {
    if (item.is_large) {
      skipped_->add(item_kind::event, "it has " + std::to_string(item.bytes) + " bytes" +
                                          in_brackets(action_in(item.text)));
      return unread_event(item.end);
    }
    auto out = parse_event(item.text);
    if (out) return *std::move(out);
    skipped_->add(item_kind::event,
                  out.error().message + " (it has " + std::to_string(item.bytes) + " bytes)");
    return unread_event(item.text);
  }

  static std::string in_brackets(const std::string& text) {
    return text.empty() ? "" : " (" + text + ")";
  }

  std::unique_ptr<http_connection> connection_;
  timestamp opened_at_;
  json_items items_;
  std::shared_ptr<skipped_items> skipped_;
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
                                                json_limits limits,
                                                std::shared_ptr<skipped_items> skipped) {
  return std::make_unique<http_event_stream>(std::move(connection), limits, std::move(skipped));
}

std::unique_ptr<log_stream> make_log_stream(std::unique_ptr<http_connection> connection) {
  return std::make_unique<http_log_stream>(std::move(connection));
}

}  // namespace gantry::engine
