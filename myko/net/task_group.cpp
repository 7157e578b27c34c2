#include "myko/net/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace gantry::net {

void task_group::spawn(awaitable<void> task) {
  if (cancelled_) return;
  const auto place = signals_.emplace(signals_.end());
  asio::co_spawn(
      executor_, std::move(task),
      asio::bind_cancellation_slot(place->slot(), [this, place](const std::exception_ptr& error) {
        signals_.erase(place);
        ended_.notify();
        if (error && !cancelled_) std::rethrow_exception(error);
      }));
}

void task_group::cancel() {
  cancelled_ = true;
  for (auto each = signals_.begin(); each != signals_.end();) {
    (each++)->emit(asio::cancellation_type::terminal);
  }
}

awaitable<void> task_group::wait() {
  while (!signals_.empty()) co_await ended_.wait();
}

}  // namespace gantry::net
