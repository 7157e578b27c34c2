// Coroutines in tests.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace gantry::test {

inline constexpr std::chrono::seconds test_max{30};

// Runs `script` on `context`, together with whatever else was spawned there, until the script has
// ended. Rethrows what it throws: result::value() is the way to insist on something, as ASSERT_*
// cannot leave a coroutine. Adds a test failure if it has not ended within `limit`. What is still
// running then, or after the script, stays in the context: run that further, or destroy it.
void run_script(boost::asio::io_context& context,
                std::function<boost::asio::awaitable<void>()> script,
                std::chrono::milliseconds limit = test_max);

}  // namespace gantry::test
