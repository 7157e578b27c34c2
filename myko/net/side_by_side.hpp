// Coroutines that run side by side, as parts of one.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace gantry::net {

using task_list = std::vector<boost::asio::awaitable<void>>;

template <typename... Tasks>
[[nodiscard]] task_list tasks(Tasks... each) {
  task_list out;
  (out.push_back(std::move(each)), ...);
  return out;
}

// Which of several ended first, counted from 0, and how.
struct first_end {
  std::size_t which = 0;
  std::exception_ptr error;

  void rethrow() const {
    if (error) std::rethrow_exception(error);
  }
};

// Runs all until one of them ends, cancels the others, and waits for those: how they end means
// nothing. Cancelled itself, it cancels all.
[[nodiscard]] boost::asio::awaitable<first_end> until_first(task_list all);

// Runs all to their ends; then passes on the exception of the first of the list that has one.
[[nodiscard]] boost::asio::awaitable<void> until_all(task_list all);

// What an operation gives, kept for later; of several that share a place, the first that ends.
template <typename T>
[[nodiscard]] boost::asio::awaitable<void> keep(boost::asio::awaitable<T> operation,
                                                std::optional<T>& into) {
  T outcome = co_await std::move(operation);
  if (!into) into.emplace(std::move(outcome));
}

}  // namespace gantry::net
