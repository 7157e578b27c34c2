#include "tests/support/co_test.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

namespace gantry::test {

void run_script(boost::asio::io_context& context,
                std::function<boost::asio::awaitable<void>()> script,
                std::chrono::milliseconds limit) {
  bool ended = false;
  std::exception_ptr thrown;
  boost::asio::co_spawn(context, script, [&](const std::exception_ptr& exception) {
    ended = true;
    thrown = exception;
    context.stop();
  });
  context.restart();
  context.run_for(limit);
  if (thrown) std::rethrow_exception(thrown);
  EXPECT_TRUE(ended) << "the script did not end within " << limit.count() << " ms";
}

}  // namespace gantry::test
