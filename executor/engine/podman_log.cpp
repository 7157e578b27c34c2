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
  podman_log_stream(std::unique_ptr<log_stream> stream, std::unique_ptr<client> engine,
                    std::string id, timestamp started_at)
      : stream_(std::move(stream)),
        engine_(std::move(engine)),
        id_(std::move(id)),
        started_at_(started_at) {}

  awaitable<result<std::string_view>> read() override {
    if (over_) co_return std::string_view();
    const auto since = net::now().steady - asked_;
    if (since < ask_every) {
      co_await net::sleep(std::chrono::duration_cast<milliseconds>(ask_every - since));
    }
    const auto bytes = co_await stream_->read();
    if (!bytes || bytes->empty()) co_return bytes;
    const auto details = co_await engine_->inspect(id_);
    const bool full = bytes->size() >= http_connection::read_bytes / 2;
    asked_ = full ? std::chrono::steady_clock::time_point() : net::now().steady;
    if (!details && details.error().code != errc::not_found) co_return details.error();
    over_ = !details || !still_runs(*details, started_at_);
    co_return over_ ? std::string_view() : *bytes;
  }

  timestamp opened_at() const override { return stream_->opened_at(); }

 private:
  std::unique_ptr<log_stream> stream_;
  std::unique_ptr<client> engine_;
  std::string id_;
  timestamp started_at_;
  std::chrono::steady_clock::time_point asked_;
  bool over_ = false;
};

}  // namespace

bool still_runs(const container_details& now, timestamp started_at) {
  const container_state state = now.summary.state;
  return (state == container_state::running || state == container_state::paused) &&
         now.started_at == started_at;
}

std::unique_ptr<log_stream> make_podman_log_stream(std::unique_ptr<log_stream> stream,
                                                   std::unique_ptr<client> engine, std::string id,
                                                   timestamp started_at) {
  return std::make_unique<podman_log_stream>(std::move(stream), std::move(engine), std::move(id),
                                             started_at);
}

}  // namespace gantry::engine
