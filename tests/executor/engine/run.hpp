// Runs a coroutine to its end, for tests.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>

#include "executor/engine/client.hpp"

namespace gantry::engine {

// Throws what the operation throws, and when it has not finished in time.
template <typename T>
T run(boost::asio::io_context& io, awaitable<T> operation,
      std::chrono::seconds limit = std::chrono::seconds(30)) {
  struct ending {
    std::exception_ptr thrown;
    std::optional<T> value;
    bool late = false;
  };
  const auto end = std::make_shared<ending>();
  boost::asio::co_spawn(io, std::move(operation), [end](std::exception_ptr thrown, T value) {
    end->thrown = thrown;
    end->value = std::move(value);
  });
  io.restart();
  // Not until there is nothing more to do: an open input has its reader.
  boost::asio::steady_timer timer(io, limit);
  timer.async_wait([end](auto) { end->late = true; });
  while (!end->value && !end->late) io.run_one();
  if (!end->value) throw std::runtime_error("the operation did not finish in time");
  if (end->thrown) std::rethrow_exception(end->thrown);
  return *std::move(end->value);
}

}  // namespace gantry::engine
