// Coroutines that run side by side, as parts of one.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>

namespace gantry::net {

// Which of several ended first, counted from 0, and how.
struct first_end {
  std::size_t which = 0;
  std::exception_ptr error;

  void rethrow() const {
    if (error) std::rethrow_exception(error);
  }
};

using task = boost::asio::awaitable<void>;

// Runs all until one of them ends, cancels the others, and waits for those: how they end means
// nothing. Cancelled itself, it cancels all.
[[nodiscard]] boost::asio::awaitable<first_end> until_first(task one, task other);
[[nodiscard]] boost::asio::awaitable<first_end> until_first(task one, task other, task third);

// Runs all to their ends; then passes on the exception of the first, in this order, that has one.
[[nodiscard]] boost::asio::awaitable<void> until_all(task one, task other);
[[nodiscard]] boost::asio::awaitable<void> until_all(task one, task other, task third);

// What an operation gives, kept for later; of several that share a place, the first that ends.
// Nothing where it ends by an exception.
template <typename T>
[[nodiscard]] task keep(boost::asio::awaitable<T> operation, std::optional<T>& into) {
  T outcome = co_await std::move(operation);
  if (!into) into.emplace(std::move(outcome));
}

}  // namespace gantry::net
