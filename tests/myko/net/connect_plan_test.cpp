#include "myko/net/connect_plan.hpp"

#include <gtest/gtest.h>

namespace gantry::net {
namespace {

using namespace std::chrono_literals;

TEST(alternate_families, begins_with_the_family_that_the_resolver_prefers) {
  EXPECT_EQ(alternate_families({"::1", "::2", "::3", "1.1.1.1", "2.2.2.2"}),
            (addresses{"::1", "1.1.1.1", "::2", "2.2.2.2", "::3"}));
  EXPECT_EQ(alternate_families({"1.1.1.1", "2.2.2.2", "3.3.3.3", "::1"}),
            (addresses{"1.1.1.1", "::1", "2.2.2.2", "3.3.3.3"}));
  EXPECT_EQ(alternate_families({"::1", "::2"}), (addresses{"::1", "::2"}));
  EXPECT_EQ(alternate_families({}), addresses{});
}

class planned : public testing::Test {
 protected:
  connect_plan plan(std::size_t count) { return {count, limits_, now_}; }

  connect_limits limits_{.next_after = 250ms, .each = 2s, .all = 5s};
  connect_plan::time_point now_{1h};
};

TEST_F(planned, one_after_the_other_each_quarter_of_a_second) {
  auto plan = this->plan(3);
  EXPECT_EQ(plan.begin(now_), 0U);
  EXPECT_EQ(plan.begin(now_), std::nullopt);
  EXPECT_EQ(plan.wake_at(), now_ + 250ms);
  EXPECT_EQ(plan.begin(now_ + 249ms), std::nullopt);
  EXPECT_EQ(plan.begin(now_ + 250ms), 1U);
  EXPECT_EQ(plan.begin(now_ + 499ms), std::nullopt);
  EXPECT_EQ(plan.begin(now_ + 500ms), 2U);
  EXPECT_EQ(plan.wake_at(), now_ + 2s);
  EXPECT_EQ(plan.begun(), 3U);
}

TEST_F(planned, the_next_one_at_once_where_one_fails) {
  auto plan = this->plan(2);
  EXPECT_EQ(plan.begin(now_), 0U);
  plan.failed(0, now_ + 1ms);
  EXPECT_FALSE(plan.over(now_ + 1ms));
  EXPECT_EQ(plan.begin(now_ + 1ms), 1U);
  EXPECT_FALSE(plan.over(now_ + 1ms));
  plan.failed(1, now_ + 2ms);
  EXPECT_TRUE(plan.over(now_ + 2ms));
}

TEST_F(planned, no_longer_than_each_may_take) {
  auto plan = this->plan(2);
  (void)plan.begin(now_);
  EXPECT_EQ(plan.begin(now_ + 250ms), 1U);
  EXPECT_EQ(plan.give_up(now_ + 1999ms), std::nullopt);
  EXPECT_EQ(plan.give_up(now_ + 2s), 0U);
  EXPECT_EQ(plan.give_up(now_ + 2s), std::nullopt);
  EXPECT_EQ(plan.wake_at(), now_ + 2250ms);
  EXPECT_FALSE(plan.over(now_ + 2249ms));
  EXPECT_EQ(plan.give_up(now_ + 2250ms), 1U);
  EXPECT_TRUE(plan.over(now_ + 2250ms));
}

TEST_F(planned, no_longer_than_all_may_take) {
  limits_ = {.next_after = 250ms, .each = 1h, .all = 300ms};
  auto plan = this->plan(3);
  (void)plan.begin(now_);
  EXPECT_EQ(plan.begin(now_ + 250ms), 1U);
  EXPECT_EQ(plan.wake_at(), now_ + 300ms);
  EXPECT_EQ(plan.begin(now_ + 500ms), std::nullopt) << "the time is over";
  EXPECT_EQ(plan.give_up(now_ + 300ms), 0U);
  EXPECT_EQ(plan.give_up(now_ + 300ms), 1U);
  EXPECT_TRUE(plan.over(now_ + 300ms));
  EXPECT_EQ(plan.begun(), 2U);
}

TEST_F(planned, of_nothing_is_over) { EXPECT_TRUE(plan(0).over(now_)); }

}  // namespace
}  // namespace gantry::net
