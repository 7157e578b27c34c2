#include "executor/engine/pull_stream.hpp"

#include "executor/engine/engine_calls.hpp"
#include "executor/engine/error.hpp"
#include "executor/engine/image_messages.hpp"

namespace gantry::engine {
namespace {

class http_pull_stream final : public pull_stream {
 public:
  http_pull_stream(std::unique_ptr<http_connection> connection, std::string name,
                   json_limits limits, std::shared_ptr<skipped_items> skipped)
      : connection_(std::move(connection)),
        name_(std::move(name)),
        items_(json_form::lines, limits),
        skipped_(std::move(skipped)) {}

  awaitable<result<std::optional<pull_progress>>> next() override {
    while (true) {
      if (const auto item = items_.next()) {
        auto step = read(*item);
        if (!step) co_return about(name_, step.error());
        if (*step) co_return step;
        continue;
      }
      if (ended_) co_return std::optional<pull_progress>();
      const auto bytes = co_await connection_->read();
      if (!bytes) co_return about(name_, bytes.error());
      ended_ = bytes->empty();
      if (ended_) items_.end();
      items_.feed(*bytes);
    }
  }

 private:
  // Nothing of what tells nothing, or cannot be read. A failure is the engine's own word.
  result<std::optional<pull_progress>> read(const json_item& item) {
    if (item.is_large) {
      if (item.text.find("\"errorDetail\"") != std::string_view::npos)
        return fault(errc::engine_error,
                     "it failed, and the engine's reason is too long to be read");
      skipped_->add(item_kind::pull_step, "it has " + std::to_string(item.bytes) + " bytes");
      return std::optional<pull_progress>();
    }
    auto out = parse_pull_line(item.text);
    if (out || out.error().code != errc::bad_response) return out;
    skipped_->add(item_kind::pull_step, out.error().message);
    return std::optional<pull_progress>();
  }

  std::unique_ptr<http_connection> connection_;
  std::string name_;
  json_items items_;
  std::shared_ptr<skipped_items> skipped_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<pull_stream> make_pull_stream(std::unique_ptr<http_connection> connection,
                                              std::string name, json_limits limits,
                                              std::shared_ptr<skipped_items> skipped) {
  return std::make_unique<http_pull_stream>(std::move(connection), std::move(name), limits,
                                            std::move(skipped));
}

}  // namespace gantry::engine
