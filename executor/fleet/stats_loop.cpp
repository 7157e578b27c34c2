#include "executor/fleet/stats_loop.hpp"

#include "executor/engine/client.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {

using net::awaitable;

stats_loop::stats_loop(const boost::asio::any_io_executor& executor, engine::client& engine,
                       engine_gate& gate, stats_config config, hooks hooks)
    : engine_(engine),
      gate_(gate),
      sampler_(std::move(config)),
      hooks_(std::move(hooks)),
      next_(executor) {}

void stats_loop::set_every(std::chrono::milliseconds every) {
  sampler_.set_every(every);
  changed_ = true;
  next_.cancel();
}

awaitable<void> stats_loop::run() {
  while (sampler_.is_on()) {
    co_await gate_.passage();
    const auto began = net::now().steady;
    co_await round();
    co_await pause(began);
  }
}

// One at a time: engines before Docker 25 mix up samples that are asked for together, and a slow
// engine is not to be buried in requests.
awaitable<void> stats_loop::round() {
  std::set<std::string> there;
  for (const auto& [path, id] : hooks_.running()) {
    if (!sampler_.wants(path)) continue;
    const auto sample = co_await engine_.stats(id);
    co_await net::end_if_cancelled();
    if (!gate_.is_open()) co_return;
    if (!sample || !*sample) continue;  // it ended meanwhile; the next round asks again
    there.insert(id);
    hooks_.tell(id, sampler_.told(id, **sample));
  }
  sampler_.keep(there);
}

awaitable<void> stats_loop::pause(std::chrono::steady_clock::time_point began) {
  const auto took = std::chrono::ceil<std::chrono::milliseconds>(net::now().steady - began);
  const auto ended = net::now().steady;
  do {
    changed_ = false;
    next_.expires_at(ended + sampler_.pause_after(took));
    co_await next_.async_wait(net::token);
    co_await net::end_if_cancelled();
  } while (changed_);
}

}  // namespace gantry::fleet
