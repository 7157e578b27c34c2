#include "executor/fleet/stats_loop.hpp"

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {

using net::awaitable;

namespace {

// Engines before API 1.41 take a second or two for a sample.
constexpr call_limits one_at_a_time{
    .at_once = 1, .slow_max = 4, .slow_after = std::chrono::seconds(3)};
// Before what is not allowed is tried again.
constexpr std::chrono::milliseconds refused_stats_again = std::chrono::minutes(5);

}  // namespace

stats_loop::stats_loop(const boost::asio::any_io_executor& executor, engine::client& engine,
                       engine_gate& gate, net::task_group& tasks, stats_config config, hooks hooks)
    : engine_(engine),
      gate_(gate),
      tasks_(tasks),
      sampler_(std::move(config)),
      hooks_(std::move(hooks)),
      asker_(executor, gate, one_at_a_time, tasks,
             {.ask = [this](std::string id) { return ask(std::move(id)); },
              .last_byte = [this] { return engine_.seen().last_byte; },
              .hangs = [this](const std::string& id) { hooks_.hangs(id); },
              .answers_again = [this](const std::string& id) { hooks_.answers_again(id); }}),
      next_(executor) {}

void stats_loop::set_every(std::chrono::milliseconds every) {
  sampler_.set_every(every);
  changed_ = true;
  next_.cancel();
}

awaitable<void> stats_loop::run() {
  if (!sampler_.is_on()) co_return;
  tasks_.spawn(asker_.run());
  while (true) {
    co_await gate_.passage();
    const auto began = net::now().steady;
    co_await round();
    co_await pause(began);
  }
}

awaitable<void> stats_loop::round() {
  is_refused_ = false;
  answered_.clear();
  std::set<std::string> running;
  for (const auto& [path, id] : hooks_.running()) {
    if (sampler_.wants(path)) running.insert(id);
  }
  for (const std::string& id : asked_) {
    if (!running.contains(id)) asker_.forget(id);
  }
  asked_ = std::move(running);
  for (const std::string& id : asked_) asker_.ask_soon(id);
  co_await asker_.settled();
  co_await net::end_if_cancelled();
  sampler_.keep(answered_);
}

awaitable<call_plan::outcome> stats_loop::ask(std::string id) {
  using outcome = call_plan::outcome;
  if (is_refused_) co_return outcome::answered;  // as the one before
  const auto sample = co_await engine_.stats(id);
  co_await net::end_if_cancelled();
  if (sample && *sample && gate_.is_open()) {  // else it has ended; the next round asks again
    answered_.insert(id);
    hooks_.tell(id, sampler_.told(id, **sample));
  }
  if (sample) {
    pace_.over();
    co_return outcome::answered;
  }
  is_refused_ = sample.error().code == engine::errc::not_allowed;
  if (sample.error().code == engine::errc::timed_out) co_return outcome::hung;
  co_return outcome::answered;
}

awaitable<void> stats_loop::pause(std::chrono::steady_clock::time_point began) {
  const auto took = std::chrono::ceil<std::chrono::milliseconds>(net::now().steady - began);
  const auto ended = net::now().steady;
  do {
    changed_ = false;
    next_.expires_at(ended + (is_refused_ ? pace_.next(ended, refused_stats_again)
                                          : sampler_.pause_after(took)));
    co_await next_.async_wait(net::token);
    co_await net::end_if_cancelled();
  } while (changed_);
}

}  // namespace gantry::fleet
