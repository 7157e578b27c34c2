#include "executor/fleet/log_patience.hpp"

#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

using std::chrono::seconds;

class end_of_a_log : public testing::Test {
 protected:
  void fail(int times, bool is_last = true, bool is_leaving = false) {
    for (int each = 0; each < times; ++each) patience.failed(now, is_last, is_leaving);
  }

  log_patience patience;
  log_patience::time_point now{};
};

TEST_F(end_of_a_log, is_waited_for_and_then_tried_a_few_times_more) {
  fail(100);
  now += seconds(9);
  fail(100);
  EXPECT_FALSE(patience.is_over());
  now += seconds(1);
  fail(log_patience::last_reads_max - 1);
  EXPECT_FALSE(patience.is_over());
  fail(1);
  EXPECT_TRUE(patience.is_over());
}

TEST_F(end_of_a_log, of_a_container_that_is_leaving_is_not_waited_for) {
  fail(log_patience::last_reads_max, true, true);
  EXPECT_TRUE(patience.is_over());
}

TEST_F(end_of_a_log, is_not_given_up_while_the_run_goes_on) {
  fail(1, false);
  now += seconds(60);
  fail(100, false);
  fail(100, false, true);
  EXPECT_FALSE(patience.is_over());
  fail(log_patience::last_reads_max);
  EXPECT_TRUE(patience.is_over()) << "it could not be read for long";
}

TEST_F(end_of_a_log, is_waited_for_anew_when_it_went_on) {
  fail(1);
  now += seconds(60);
  patience.went_on();
  fail(100);
  EXPECT_FALSE(patience.is_over());
}

TEST_F(end_of_a_log, is_that_of_each_run) {
  fail(log_patience::last_reads_max, true, true);
  patience.begin_run();
  EXPECT_FALSE(patience.is_over());
}

}  // namespace
}  // namespace gantry::fleet
