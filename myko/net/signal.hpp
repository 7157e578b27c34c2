// Wakes coroutines that wait for a condition to change.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "myko/net/deadline.hpp"

namespace gantry::net {

// Use as a condition variable on one thread: while (!condition) co_await signal.wait();
// A timer that never expires does it: to cancel it wakes all who wait.
class signal {
 public:
  explicit signal(const asio::any_io_executor& executor)
      : timer_(executor, asio::steady_timer::time_point::max()) {}

  void notify() { timer_.cancel(); }
  [[nodiscard]] awaitable<void> wait() { co_await timer_.async_wait(token); }

 private:
  asio::steady_timer timer_;
};

}  // namespace gantry::net
