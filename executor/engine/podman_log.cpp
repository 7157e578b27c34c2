#include "executor/engine/podman_log.hpp"

#include <chrono>
#include <utility>

#include "executor/engine/error.hpp"
#include "executor/engine/http_connection.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

using std::chrono::milliseconds;

// Podman is asked so often at most whether a container runs, but for what comes in full buffers.
constexpr milliseconds ask_every{50};

class podman_log_stream final : public log_stream {
 public:
  explicit podman_log_stream(podman_log_source source) : source_(std::move(source)) {}

  awaitable<result<std::string_view>> read() override {
    if (over_) co_return std::string_view();
    if (!stream_) {
      auto opened = co_await source_.open();
      if (!opened) co_return opened.error();
      stream_ = *std::move(opened);
    }
    if (gone_) co_return co_await stream_->read();
    const auto since = net::now().steady - asked_;
    if (since < ask_every) {
      co_await net::sleep(std::chrono::duration_cast<milliseconds>(ask_every - since));
    }
    const auto bytes = co_await stream_->read();
    if (!bytes || bytes->empty()) co_return bytes;
    const auto details = co_await source_.inspect();
    const bool full = bytes->size() >= http_connection::read_bytes / 2;
    asked_ = full ? std::chrono::steady_clock::time_point() : net::now().steady;
    if (!details && details.error().code != errc::not_found) co_return details.error();
    gone_ = !details;
    over_ = details && !still_runs(*details, source_.started_at);
    co_return over_ ? std::string_view() : *bytes;
  }

  timestamp opened_at() const override { return source_.asked_at; }
  timestamp run_started_at() const override { return source_.started_at; }

 private:
  podman_log_source source_;
  std::unique_ptr<log_stream> stream_;
  std::chrono::steady_clock::time_point asked_;
  bool over_ = false;
  bool gone_ = false;  // the container was removed: what comes here is all that is left of its log
};

}  // namespace

bool still_runs(const container_details& now, timestamp started_at) {
  return has_process(now.summary.state) && now.started_at == started_at;
}

std::unique_ptr<log_stream> make_podman_log_stream(podman_log_source source) {
  return std::make_unique<podman_log_stream>(std::move(source));
}

}  // namespace gantry::engine
