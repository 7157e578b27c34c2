#include "executor/fleet/container_asker.hpp"

#include <utility>

#include "myko/net/clock.hpp"

namespace gantry::fleet {

using net::awaitable;

void container_asker::ask_soon(const std::string& id) {
  plan_.want(id);
  next_.cancel();
}

void container_asker::forget(const std::string& id) {
  if (plan_.forget(id)) hooks_.answers_again(id);
}

void container_asker::start_over() {
  plan_.start_over();
  calls_.clear();
  progress_.notify();
  next_.cancel();
}

awaitable<void> container_asker::run() {
  while (true) {
    co_await gate_.passage();
    const auto now = net::now().steady;
    while (const auto id = plan_.give_up(now)) calls_.erase(*id);
    while (auto id = plan_.begin(now)) {
      const int number = calls_[*id] = ++last_call_;
      tasks_.spawn(call(*std::move(id), number));
    }
    for (const std::string& id : plan_.hanging(now, hooks_.last_byte())) hooks_.hangs(id);
    progress_.notify();
    next_.expires_at(plan_.next_due(now).value_or(call_plan::time_point::max()));
    co_await next_.async_wait(net::token);
    co_await net::end_if_cancelled();
  }
}

awaitable<void> container_asker::call(std::string id, int number) {
  std::optional<call_plan::outcome> how;
  const net::first_end end =
      co_await net::until_first(net::keep(hooks_.ask(id), how), given_up(id, number));
  if (!how) end.rethrow();
  if (!how || !is_current(id, number)) co_return;
  calls_.erase(id);
  if (plan_.ended(id, *how, net::now().steady)) hooks_.answers_again(id);
  next_.cancel();
}

awaitable<void> container_asker::given_up(std::string id, int number) {
  while (is_current(id, number)) co_await progress_.wait();
}

bool container_asker::is_current(const std::string& id, int number) const {
  const auto found = calls_.find(id);
  return found != calls_.end() && found->second == number;
}

awaitable<void> container_asker::settled() {
  while (!plan_.is_settled(net::now().steady)) co_await progress_.wait();
}

}  // namespace gantry::fleet
