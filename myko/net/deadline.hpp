// A deadline for any awaited operation, and the one completion token of the project.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "model/result.hpp"

namespace gantry::net {

namespace asio = boost::asio;

template <typename T>
using awaitable = asio::awaitable<T>;

// Operations report errors as values: co_await socket.async_x(..., net::token) gives a tuple.
inline constexpr auto token = asio::as_tuple(asio::use_awaitable);

// Runs `operation` and cancels it when `limit` has passed; then fails with timed_out and the text
// "NAME took longer than N ms". A cancelled network read or write leaves its stream unusable:
// the caller drops the connection. An exception out of `operation` is passed on.
//
// Not built from operator||: that hides an exception until the timer fires.
template <typename T>
awaitable<result<T>> with_deadline(std::chrono::milliseconds limit, std::string name,
                                   awaitable<result<T>> operation) {
  const auto executor = co_await asio::this_coro::executor;
  asio::steady_timer timer(executor, limit);
  auto [order, exception, outcome, timer_error] =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(executor, std::move(operation), asio::deferred),
          timer.async_wait(asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (order[0] == 1 && !timer_error) {
    co_return failure{make_error_code(boost::system::errc::timed_out),
                      name + " took longer than " + std::to_string(limit.count()) + " ms"};
  }
  if (exception) std::rethrow_exception(exception);
  co_return std::move(outcome);
}

// Waits. Cancelled, it throws operation_aborted: what follows a wait must not run then.
inline awaitable<void> sleep(std::chrono::milliseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor, duration);
  co_await timer.async_wait(asio::use_awaitable);
}

// Ends a cancelled coroutine here, by operation_aborted: the failure that it was just given means
// nothing but that, and nobody wants to hear of it. (Every co_await does so; this one only that.)
inline awaitable<void> end_if_cancelled() { co_return; }

}  // namespace gantry::net
