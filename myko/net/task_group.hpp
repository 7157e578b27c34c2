// Coroutines that run side by side and end together.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/system/system_error.hpp>
#include <exception>
#include <list>
#include <utility>

#include "myko/net/deadline.hpp"
#include "myko/net/signal.hpp"

namespace gantry::net {

// Lifetime: declared after everything that its tasks use; outlives them (await wait()).
// An exception out of a task is a bug and leaves through the io_context, unless the group was
// cancelled, which may end a task by an exception. Thread rule: one thread.
class task_group {
 public:
  explicit task_group(const asio::any_io_executor& executor)
      : executor_(executor), ended_(executor) {}

  // After cancel() it is not begun: nobody would end it.
  void spawn(awaitable<void> task) {
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

  // Ends all tasks at their present wait.
  void cancel() {
    cancelled_ = true;
    for (auto each = signals_.begin(); each != signals_.end();) {
      (each++)->emit(asio::cancellation_type::terminal);
    }
  }

  [[nodiscard]] awaitable<void> wait() {
    while (!signals_.empty()) co_await ended_.wait();
  }

 private:
  asio::any_io_executor executor_;
  std::list<asio::cancellation_signal> signals_;
  bool cancelled_ = false;
  signal ended_;
};

}  // namespace gantry::net
