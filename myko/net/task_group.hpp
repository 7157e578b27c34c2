// Coroutines that run side by side and end together.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <list>

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
  void spawn(awaitable<void> task);

  // Ends all tasks at their present wait.
  void cancel();

  [[nodiscard]] awaitable<void> wait();

 private:
  asio::any_io_executor executor_;
  std::list<asio::cancellation_signal> signals_;
  bool cancelled_ = false;
  signal ended_;
};

}  // namespace gantry::net
