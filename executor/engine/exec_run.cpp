#include "executor/engine/exec_run.hpp"

#include "executor/engine/exec_demuxer.hpp"
#include "executor/engine/exec_messages.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

class http_exec_run final : public exec_run {
 public:
  http_exec_run(std::shared_ptr<engine_calls> calls, std::string name, std::string exec_id,
                connection_ptr connection, std::size_t output_bytes_max)
      : calls_(std::move(calls)),
        name_(std::move(name)),
        exec_id_(std::move(exec_id)),
        connection_(std::move(connection)),
        demuxer_(output_bytes_max) {}

  awaitable<result<std::int64_t>> finish() override {
    const auto read = co_await read_output();
    calls_->skipped()->add(item_kind::exec_frame, demuxer_.skipped(), "its type is not known");
    if (!read) co_return about(name_, read.error());
    // Mostly the program is over with its output. But it may have closed that, and the engine may
    // take a moment to notice.
    while (true) {
      const auto state = co_await inspect();
      if (!state) co_return about(name_, state.error());
      if (!state->running) co_return state->exit_code;
      co_await net::sleep(calls_->config().exec_poll);
    }
  }

  [[nodiscard]] const exec_output& output() const override { return demuxer_.output(); }

 private:
  awaitable<result<void>> read_output() {
    while (true) {
      const auto bytes = co_await connection_->read();
      if (!bytes) co_return bytes.error();
      if (bytes->empty()) co_return demuxer_.end();
      auto taken = demuxer_.feed(*bytes);
      if (!taken) co_return taken;
    }
  }

  awaitable<result<exec_state>> inspect() {
    const auto reply = co_await calls_->ask(exec_inspect_request(exec_id_));
    if (!reply) co_return reply.error();
    co_return parse_exec_state(reply->body);
  }

  std::shared_ptr<engine_calls> calls_;
  std::string name_;
  std::string exec_id_;
  connection_ptr connection_;
  exec_demuxer demuxer_;
};

}  // namespace

awaitable<result<std::unique_ptr<exec_run>>> open_exec(std::shared_ptr<engine_calls> calls,
                                                       std::string id, exec_spec spec) {
  const api_request request = exec_create_request(id, spec);
  const auto created = co_await calls->ask(request);
  if (!created) co_return created.error();
  auto exec_id = parse_exec_id(created->body);
  if (!exec_id) co_return about(request.name, exec_id.error());
  auto connection =
      co_await calls->open_stream(exec_start_request(*exec_id), stream_begin::at_once);
  if (!connection) co_return about(request.name, connection.error());
  co_return std::make_unique<http_exec_run>(std::move(calls), request.name, *std::move(exec_id),
                                            *std::move(connection), spec.output_bytes_max);
}

}  // namespace gantry::engine
