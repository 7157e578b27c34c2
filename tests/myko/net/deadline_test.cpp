#include "myko/net/deadline.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <stdexcept>

namespace gantry::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

awaitable<result<int>> at_once(int value) { co_return value; }
awaitable<result<int>> after(milliseconds time, int value) {
  co_await sleep(time);
  co_return value;
}
awaitable<result<int>> failing() {
  co_return failure{make_error_code(boost::system::errc::io_error), "broken"};
}
awaitable<result<int>> throwing() {
  co_await sleep(milliseconds(1));
  throw std::logic_error("a bug");
}

class with_deadline_test : public testing::Test {
 protected:
  // What came of it; an exception is kept.
  std::optional<result<int>> run(milliseconds limit, awaitable<result<int>> operation) {
    std::optional<result<int>> out;
    asio::co_spawn(context_, with_deadline(limit, "the step", std::move(operation)),
                   asio::bind_cancellation_slot(
                       cancel_.slot(), [&](std::exception_ptr thrown, result<int> outcome) {
                         thrown_ = thrown;
                         out = std::move(outcome);
                       }));
    if (cancels_) {
      context_.run_one_for(milliseconds(10));
      context_.poll();
      cancel_.emit(asio::cancellation_type::terminal);
    }
    context_.run_for(std::chrono::seconds(5));
    return out;
  }

  asio::io_context context_{1};
  asio::cancellation_signal cancel_;
  std::exception_ptr thrown_;
  bool cancels_ = false;
};

TEST_F(with_deadline_test, gives_what_the_operation_gives) {
  EXPECT_EQ(run(hours(1), at_once(7))->value(), 7);
}

TEST_F(with_deadline_test, waits_for_the_operation) {
  EXPECT_EQ(run(hours(1), after(milliseconds(5), 7))->value(), 7);
}

TEST_F(with_deadline_test, passes_a_failure_on) {
  const auto out = run(hours(1), failing());
  ASSERT_TRUE(out && !*out);
  EXPECT_EQ(out->error().message, "broken");
}

TEST_F(with_deadline_test, passes_an_exception_on_at_once) {
  (void)run(hours(1), throwing());
  ASSERT_TRUE(thrown_);
  EXPECT_THROW(std::rethrow_exception(thrown_), std::logic_error);
}

TEST_F(with_deadline_test, ends_the_operation_when_the_time_is_over) {
  const auto out = run(milliseconds(5), after(hours(1), 7));
  ASSERT_TRUE(out && !*out);
  EXPECT_EQ(out->error().code, boost::system::errc::timed_out);
  EXPECT_EQ(out->error().message, "the step took longer than 5 ms");
}

TEST_F(with_deadline_test, ends_when_it_is_cancelled) {
  cancels_ = true;
  const auto out = run(hours(1), after(hours(1), 7));
  EXPECT_TRUE(out);
}

}  // namespace
}  // namespace gantry::net
