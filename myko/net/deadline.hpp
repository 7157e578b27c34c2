// A deadline for any awaited operation, and the one completion token of the project.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "model/result.hpp"
#include "myko/net/side_by_side.hpp"

namespace gantry::net {

namespace asio = boost::asio;

template <typename T>
using awaitable = asio::awaitable<T>;

// Operations report errors as values: co_await socket.async_x(..., net::token) gives a tuple.
inline constexpr auto token = asio::as_tuple(asio::use_awaitable);

// Waits. Cancelled, it throws operation_aborted: what follows a wait must not run then.
awaitable<void> sleep(std::chrono::milliseconds duration);

// Ends a cancelled coroutine here, by operation_aborted: the failure that it was just given means
// nothing but that, and nobody wants to hear of it. (Every co_await does so; this one only that.)
inline awaitable<void> end_if_cancelled() { co_return; }

[[nodiscard]] failure took_too_long(const std::string& name, std::chrono::milliseconds limit);

// Runs `operation` and cancels it when `limit` has passed; then fails with timed_out and the text
// "NAME took longer than N ms". A cancelled network read or write leaves its stream unusable:
// the caller drops the connection. An exception out of `operation` is passed on.
//
// Not built from operator||: that hides an exception until the timer fires.
template <typename T>
awaitable<result<T>> with_deadline(std::chrono::milliseconds limit, std::string name,
                                   awaitable<result<T>> operation) {
  std::optional<result<T>> outcome;
  const first_end end = co_await until_first(keep(std::move(operation), outcome), sleep(limit));
  if (end.which == 1 && !end.error) co_return took_too_long(name, limit);
  if (!outcome) end.rethrow();
  co_return *std::move(outcome);
}

}  // namespace gantry::net
