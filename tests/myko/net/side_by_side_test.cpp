#include "myko/net/side_by_side.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>
#include <string>

#include "myko/net/deadline.hpp"

namespace gantry::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// Leaves behind how it ended: "ended" or "cancelled".
awaitable<void> step(milliseconds time, std::string& where) {
  where = "cancelled";
  co_await sleep(time);
  where = "ended";
}

awaitable<void> fail_after(milliseconds time, const std::string& what) {
  co_await sleep(time);
  throw std::runtime_error(what);
}

awaitable<int> give(milliseconds time, int value) {
  co_await sleep(time);
  co_return value;
}

class side_by_side : public testing::Test {
 protected:
  // Nothing: it did not end in time. An exception is kept.
  std::optional<first_end> first_of(awaitable<first_end> race) {
    std::optional<first_end> out;
    asio::co_spawn(
        context_, std::move(race),
        asio::bind_cancellation_slot(cancel_.slot(), [&](std::exception_ptr thrown, first_end end) {
          thrown_ = thrown;
          out = end;
        }));
    run();
    return out;
  }
  bool all_of(task all) {
    bool ended = false;
    asio::co_spawn(context_, std::move(all),
                   asio::bind_cancellation_slot(cancel_.slot(), [&](std::exception_ptr thrown) {
                     thrown_ = thrown;
                     ended = true;
                   }));
    run();
    return ended;
  }
  void run() {
    if (cancels_) {
      context_.poll();
      cancel_.emit(asio::cancellation_type::terminal);
    }
    context_.run_for(std::chrono::seconds(5));
  }
  static std::string text_of(const std::exception_ptr& error) {
    if (!error) return "";
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& thrown) {
      return thrown.what();
    }
  }

  asio::io_context context_{1};
  asio::cancellation_signal cancel_;
  std::exception_ptr thrown_;
  bool cancels_ = false;
  std::string one_;
  std::string other_;
};

TEST_F(side_by_side, the_first_to_end_ends_all) {
  const auto end = first_of(until_first(step(hours(1), one_), step(milliseconds(1), other_)));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->which, 1U);
  EXPECT_FALSE(end->error);
  EXPECT_EQ(one_, "cancelled");
  EXPECT_EQ(other_, "ended");
}

TEST_F(side_by_side, an_exception_is_an_end_too) {
  const auto end =
      first_of(until_first(fail_after(milliseconds(1), "a bug"), step(hours(1), other_)));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->which, 0U);
  EXPECT_EQ(text_of(end->error), "a bug");
  EXPECT_THROW(end->rethrow(), std::runtime_error);
  EXPECT_EQ(other_, "cancelled");
}

TEST_F(side_by_side, a_wait_for_the_first_that_is_cancelled_cancels_all) {
  cancels_ = true;
  EXPECT_TRUE(first_of(until_first(step(hours(1), one_), step(hours(1), other_))));
  EXPECT_EQ(one_, "cancelled");
  EXPECT_EQ(other_, "cancelled");
}

TEST_F(side_by_side, one_that_is_done_at_once_is_the_first) {
  const auto end =
      first_of(until_first(step(hours(1), one_), step(hours(1), other_), end_if_cancelled()));
  ASSERT_TRUE(end);
  EXPECT_EQ(end->which, 2U);
  EXPECT_EQ(one_ + other_, "cancelledcancelled");
}

TEST_F(side_by_side, all_are_cancelled_together) {
  cancels_ = true;
  EXPECT_TRUE(all_of(until_all(step(hours(1), one_), step(hours(1), other_))));
  EXPECT_TRUE(thrown_);
  EXPECT_EQ(one_ + other_, "cancelledcancelled");
}

TEST_F(side_by_side, all_are_waited_for) {
  EXPECT_TRUE(all_of(until_all(step(milliseconds(5), one_), step(milliseconds(1), other_))));
  EXPECT_FALSE(thrown_);
  EXPECT_EQ(one_ + other_, "endedended");
}

TEST_F(side_by_side, all_are_waited_for_though_one_fails) {
  EXPECT_TRUE(all_of(until_all(step(milliseconds(5), one_), fail_after(milliseconds(4), "first"),
                               fail_after(milliseconds(1), "second"))));
  EXPECT_EQ(text_of(thrown_), "first") << "of the list, not in time";
  EXPECT_EQ(one_, "ended");
}

TEST_F(side_by_side, of_several_outcomes_the_first_is_kept) {
  std::optional<int> outcome;
  EXPECT_TRUE(all_of(
      until_all(keep(give(milliseconds(5), 1), outcome), keep(give(milliseconds(1), 2), outcome))));
  EXPECT_EQ(outcome, 2);
}

}  // namespace
}  // namespace gantry::net
