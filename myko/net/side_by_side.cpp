#include "myko/net/side_by_side.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gantry::net {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

auto group_of(const asio::any_io_executor& executor, task_list all) {
  const auto begin = [&executor](awaitable<void> task) {
    return asio::co_spawn(executor, std::move(task), asio::deferred);
  };
  std::vector<decltype(begin(awaitable<void>()))> begun;
  for (awaitable<void>& each : all) begun.push_back(begin(std::move(each)));
  return asio::experimental::make_parallel_group(std::move(begun));
}

}  // namespace

awaitable<first_end> until_first(task_list all) {
  auto group = group_of(co_await asio::this_coro::executor, std::move(all));
  const auto [order, errors] =
      co_await group.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  co_return first_end{order.front(), errors[order.front()]};
}

awaitable<void> until_all(task_list all) {
  auto group = group_of(co_await asio::this_coro::executor, std::move(all));
  const auto [order, errors] =
      co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
  for (const std::exception_ptr& each : errors) {
    if (each) std::rethrow_exception(each);
  }
}

}  // namespace gantry::net
