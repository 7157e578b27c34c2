#include "executor/engine/exit_wait.hpp"

#include "executor/engine/error.hpp"
#include "executor/engine/messages.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

constexpr std::size_t answer_bytes_max = 64 << 10;

class http_exit_wait final : public exit_wait {
 public:
  http_exit_wait(std::shared_ptr<engine_calls> calls, api_request request,
                 connection_ptr connection, bool armed)
      : calls_(std::move(calls)),
        request_(std::move(request)),
        connection_(std::move(connection)),
        armed_(armed) {}

  [[nodiscard]] bool armed() const override { return armed_; }

  awaitable<result<container_exit>> finish() override {
    if (!armed_) {
      const auto begun =
          co_await calls_->receive_head(request_, *connection_, stream_begin::with_data);
      if (!begun) co_return begun.error();
    }
    const auto body = co_await connection_->read_all(answer_bytes_max);
    if (!body) co_return about(request_.name, body.error());
    auto out = parse_wait(*body);
    if (!out) co_return about(request_.name, out.error());
    co_return out;
  }

 private:
  std::shared_ptr<engine_calls> calls_;
  api_request request_;
  connection_ptr connection_;
  bool armed_;
};

}  // namespace

awaitable<result<std::unique_ptr<exit_wait>>> open_exit_wait(std::shared_ptr<engine_calls> calls,
                                                             std::string id,
                                                             wait_condition condition) {
  api_request request = wait_request(id, condition);
  auto connection = co_await calls->send(request);
  if (!connection) co_return connection.error();
  // The head may come with the end alone. So only its first byte is waited for, which can be given
  // up without harm. (Over TLS that may be a byte of TLS itself; no engine that holds its head
  // back listens there.)
  const auto heard = co_await net::with_deadline(calls->config().arm_max, "the head",
                                                 (*connection)->wait_for_answer());
  const bool late = !heard && heard.error().code == boost::system::errc::timed_out;
  if (!heard && !late) co_return about(request.name, heard.error());
  if (!late) {
    const auto begun = co_await calls->receive_head(request, **connection, stream_begin::at_once);
    if (!begun) co_return begun.error();
  }
  co_return std::make_unique<http_exit_wait>(std::move(calls), std::move(request),
                                             *std::move(connection), !late);
}

}  // namespace gantry::engine
