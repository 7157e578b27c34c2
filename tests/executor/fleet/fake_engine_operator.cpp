// What an operator does with the engine that exists only in memory.
#include <utility>

#include "executor/engine/error.hpp"
#include "tests/executor/fleet/fake_engine.hpp"

namespace gantry::fleet {

using engine::change;
using engine::container_state;
using engine::errc;
using net::awaitable;

namespace {

class ended_exec final : public engine::exec_run {
 public:
  awaitable<result<std::int64_t>> finish() override { co_return std::int64_t{0}; }
  [[nodiscard]] const engine::exec_output& output() const override { return output_; }

 private:
  engine::exec_output output_;
};

failure conflict(const std::string& why) { return {engine::make_status_code(409), why}; }

}  // namespace

awaitable<result<void>> fake_engine::deliver_about(std::string call, std::string id) {
  note(call, id);
  const auto delivered = co_await deliver(call, id);
  if (!delivered) co_return delivered.error();
  if (!there_.contains(id)) co_return no_such(id);
  if (const int refused = there_.at(id).actions_status; refused != 0) {
    co_return failure{engine::make_status_code(refused), "HTTP " + std::to_string(refused)};
  }
  co_return result<void>();
}

awaitable<result<engine::engine_info>> fake_engine::info() {
  const auto delivered = co_await deliver("info");
  if (!delivered) co_return delivered.error();
  engine::engine_info out;
  out.version = "1.0";
  for (const auto& [id, each] : there_) {
    out.containers_running += is_running(id) ? 1 : 0;
    out.containers_stopped += is_running(id) ? 0 : 1;
  }
  co_return out;
}

awaitable<result<engine::container_hardening>> fake_engine::inspect_hardening(std::string id) {
  const auto delivered = co_await deliver_about("inspect_hardening", id);
  if (!delivered) co_return delivered.error();
  co_return engine::container_hardening();
}

awaitable<result<std::optional<engine::stats_sample>>> fake_engine::stats(std::string id) {
  const auto delivered = co_await deliver_about("stats", id);
  if (!delivered) co_return delivered.error();
  std::optional<engine::stats_sample> out;
  if (is_running(id)) {
    out.emplace().time = tick();
    out->cpu_nanos = static_cast<std::uint64_t>(out->time - details(id).started_at);  // one CPU
  }
  co_return out;
}

awaitable<result<engine::created_container>> fake_engine::create(engine::container_spec spec) {
  note("create", spec.name);
  const auto delivered = co_await deliver("create");
  if (!delivered) co_return delivered.error();
  for (const auto& [id, each] : there_) {
    if (each.details.summary.name == spec.name) co_return conflict("the name is in use");
  }
  engine::created_container out;
  out.id = make(spec.name, spec.labels);
  engine::container_details& made = details(out.id);
  made.summary.image = spec.image;
  made.open_stdin = spec.open_stdin;
  made.stdin_once = spec.stdin_once;
  made.tty = spec.tty;
  made.stop_signal = spec.stop_signal;
  co_return out;
}

awaitable<result<change>> fake_engine::kill(std::string id, std::string signal) {
  const auto delivered = co_await deliver_about("kill", id);
  if (!delivered) co_return delivered.error();
  if (!is_running(id)) co_return change::already;
  kill(id, signal == "SIGKILL" ? 9 : signal == "SIGHUP" ? 1 : 15);
  if (signal == "SIGKILL") die(id, 137);
  co_return change::made;
}

awaitable<result<change>> fake_engine::move(std::string call, std::string id, container_state from,
                                            container_state to) {
  const auto delivered = co_await deliver_about(call, id);
  if (!delivered) co_return delivered.error();
  container_state& now = details(id).summary.state;
  if (now == to) co_return change::already;
  if (now != from) co_return conflict("the container is not running");
  now = to;
  tell(call, id);
  co_return change::made;
}

awaitable<result<change>> fake_engine::pause(std::string id) {
  return move("pause", std::move(id), container_state::running, container_state::paused);
}

awaitable<result<change>> fake_engine::unpause(std::string id) {
  return move("unpause", std::move(id), container_state::paused, container_state::running);
}

awaitable<result<change>> fake_engine::remove(std::string id, engine::removal how) {
  const auto delivered = co_await deliver_about("remove", id);
  if (!delivered) co_return delivered.error();
  if (is_running(id) && !how.force) co_return conflict("the container is running");
  if (is_running(id)) die(id, 137);
  destroy(id);
  co_return change::made;
}

class fake_engine::fake_wait final : public engine::exit_wait {
 public:
  fake_wait(fake_engine& engine, std::string id, engine::wait_condition condition)
      : engine_(engine), id_(std::move(id)), epoch_(engine.epoch_), condition_(condition) {
    const auto& seen = engine.there_.at(id_);
    ends_ = seen.ends;
    code_ = seen.details.exit_code.value();
  }

  [[nodiscard]] bool armed() const override { return true; }

  awaitable<result<engine::container_exit>> finish() override {
    while (!is_over()) {
      if (epoch_ != engine_.epoch_) co_return engine::fault(errc::disconnected, "it went away");
      co_await engine_.changed_.wait();
    }
    co_return engine::container_exit{code_, {}};
  }

 private:
  bool is_over() {
    const auto found = engine_.there_.find(id_);
    if (found == engine_.there_.end()) return true;
    code_ = found->second.details.exit_code.value();
    if (condition_ == engine::wait_condition::removed) return false;
    if (condition_ == engine::wait_condition::next_exit) return found->second.ends != ends_;
    return !engine_.is_running(id_);
  }

  fake_engine& engine_;
  std::string id_;
  int epoch_;
  engine::wait_condition condition_;
  int ends_ = 0;
  int code_ = 0;
};

awaitable<result<std::unique_ptr<engine::exit_wait>>> fake_engine::wait(
    std::string id, engine::wait_condition condition) {
  const auto delivered = co_await deliver_about("wait", id);
  if (!delivered) co_return delivered.error();
  co_return std::make_unique<fake_wait>(*this, std::move(id), condition);
}

class fake_engine::fake_input final : public engine::input_stream {
 public:
  fake_input(fake_engine& engine, std::string id)
      : engine_(engine), id_(std::move(id)), epoch_(engine.epoch_) {
    engine_.open_inputs.insert(id_);
  }
  ~fake_input() override { engine_.open_inputs.erase(engine_.open_inputs.find(id_)); }

  awaitable<result<void>> write(std::string_view bytes) override {
    const auto delivered = co_await engine_.deliver("write");
    if (epoch_ != engine_.epoch_) co_return engine::fault(errc::disconnected, "it went away");
    if (!delivered) co_return delivered.error();
    engine_.inputs[id_] += bytes;
    engine_.changed_.notify();
    co_return result<void>();
  }

  awaitable<result<void>> close_input() override { return engine_.deliver("close_input"); }

 private:
  fake_engine& engine_;
  std::string id_;
  int epoch_;
};

awaitable<result<std::unique_ptr<engine::input_stream>>> fake_engine::attach_input(std::string id) {
  const auto delivered = co_await deliver_about("attach", id);
  if (!delivered) co_return delivered.error();
  co_return std::make_unique<fake_input>(*this, std::move(id));
}

awaitable<result<std::unique_ptr<engine::exec_run>>> fake_engine::exec(std::string id,
                                                                       engine::exec_spec) {
  const auto delivered = co_await deliver_about("exec", id);
  if (!delivered) co_return delivered.error();
  if (!is_running(id)) co_return conflict("the container is not running");
  co_return std::make_unique<ended_exec>();
}

awaitable<result<std::optional<engine::image_details>>> fake_engine::inspect_image(
    std::string image) {
  const auto delivered = co_await deliver("inspect_image");
  if (!delivered) co_return delivered.error();
  co_return engine::image_details{"sha256:" + image, "amd64", "linux"};
}

class fake_engine::fake_pull final : public engine::pull_stream {
 public:
  explicit fake_pull(fake_engine& engine) : engine_(engine) {}

  awaitable<result<std::optional<engine::pull_progress>>> next() override {
    const auto delivered = co_await engine_.deliver("layer");
    if (!delivered) co_return delivered.error();
    ++step_;
    if (engine_.endless_pull) {
      engine::pull_progress step{"a", "Downloading", step_, 1'000'000'000};
      co_return std::optional(std::move(step));
    }
    if (step_ == 1) {
      engine::pull_progress step{"a", "Pulling fs layer", 0, 0};
      co_return std::optional(std::move(step));
    }
    if (!engine_.pull_error.empty()) {
      co_return engine::fault(errc::engine_error, engine_.pull_error);
    }
    co_return std::optional<engine::pull_progress>();
  }

 private:
  fake_engine& engine_;
  std::int64_t step_ = 0;
};

awaitable<result<std::unique_ptr<engine::pull_stream>>> fake_engine::pull(
    engine::pull_request request) {
  asked.push_back("pull " + request.image);
  pulled_with = request.registry_auth;
  const auto delivered = co_await deliver("pull");
  if (!delivered) co_return delivered.error();
  co_return std::make_unique<fake_pull>(*this);
}

}  // namespace gantry::fleet
