#include "myko/net/task_group.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <stdexcept>

namespace gantry::net {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

awaitable<void> count_after(milliseconds time, int& ended) {
  co_await sleep(time);
  ++ended;
}

class task_group_test : public testing::Test {
 protected:
  // Waits for the group; false: it did not end in time.
  bool wait() {
    bool ended = false;
    asio::co_spawn(context_, group_.wait(), [&](const std::exception_ptr&) { ended = true; });
    context_.restart();
    context_.run_for(seconds(5));
    return ended;
  }

  asio::io_context context_{1};
  int ended_ = 0;
  task_group group_{context_.get_executor()};
};

TEST_F(task_group_test, without_tasks_has_ended) { EXPECT_TRUE(wait()); }

TEST_F(task_group_test, waits_for_all_its_tasks) {
  for (int at = 0; at < 5; ++at) group_.spawn(count_after(milliseconds(at), ended_));
  EXPECT_TRUE(wait());
  EXPECT_EQ(ended_, 5);
}

TEST_F(task_group_test, ends_all_its_tasks_when_it_is_cancelled) {
  for (int at = 0; at < 5; ++at) group_.spawn(count_after(hours(1), ended_));
  context_.poll();
  group_.cancel();
  EXPECT_TRUE(wait());
}

TEST_F(task_group_test, may_be_cancelled_twice_and_before_anything_began) {
  group_.spawn(count_after(hours(1), ended_));
  group_.cancel();
  group_.cancel();
  context_.poll();
  group_.cancel();
  EXPECT_TRUE(wait());
}

awaitable<void> fail() {
  co_await sleep(milliseconds(1));
  throw std::logic_error("a bug");
}

TEST_F(task_group_test, lets_a_bug_out) {
  group_.spawn(fail());
  EXPECT_THROW(context_.run_for(seconds(5)), std::logic_error);
}

awaitable<void> two_waits() {
  co_await sleep(hours(1));
  co_await sleep(hours(1));  // throws, as the coroutine was cancelled
}

TEST_F(task_group_test, takes_no_cancellation_for_a_bug) {
  group_.spawn(two_waits());
  context_.poll();
  group_.cancel();
  EXPECT_TRUE(wait());
}

}  // namespace
}  // namespace gantry::net
