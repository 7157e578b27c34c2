#include "myko/net/side_by_side.hpp"

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>

namespace gantry::net {
namespace {

namespace asio = boost::asio;
using asio::experimental::wait_for_all;
using asio::experimental::wait_for_one;

template <std::size_t Count>
struct ends {
  std::array<std::size_t, Count> order;  // in time
  std::array<std::exception_ptr, Count> errors;
};

// A group of a fixed size: that of a range cancels its tasks by way of a queue, with a pointer that
// may outlive the group.
template <typename Condition, typename... Tasks>
asio::awaitable<ends<sizeof...(Tasks)>> run(Condition until, Tasks... tasks) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto group = asio::experimental::make_parallel_group(
      asio::co_spawn(executor, std::move(tasks), asio::deferred)...);
  const auto ended = co_await group.async_wait(until, asio::use_awaitable);
  co_return std::apply(
      [](const auto& order, const auto&... errors) {
        return ends<sizeof...(Tasks)>{order, {errors...}};
      },
      ended);
}

template <typename... Tasks>
asio::awaitable<first_end> first_of(Tasks... tasks) {
  const auto ended = co_await run(wait_for_one(), std::move(tasks)...);
  const std::size_t which = ended.order.front();
  first_end out{which, ended.errors[which]};
  co_return out;
}

template <typename... Tasks>
asio::awaitable<void> all_of(Tasks... tasks) {
  const auto ended = co_await run(wait_for_all(), std::move(tasks)...);
  for (const std::exception_ptr& each : ended.errors) {
    if (each) std::rethrow_exception(each);
  }
}

}  // namespace

asio::awaitable<first_end> until_first(task one, task other) {
  return first_of(std::move(one), std::move(other));
}

asio::awaitable<first_end> until_first(task one, task other, task third) {
  return first_of(std::move(one), std::move(other), std::move(third));
}

asio::awaitable<void> until_all(task one, task other) {
  return all_of(std::move(one), std::move(other));
}

asio::awaitable<void> until_all(task one, task other, task third) {
  return all_of(std::move(one), std::move(other), std::move(third));
}

}  // namespace gantry::net
