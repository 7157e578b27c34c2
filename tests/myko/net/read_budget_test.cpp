#include "myko/net/read_budget.hpp"

#include <gtest/gtest.h>

namespace gantry::net {
namespace {

using namespace std::chrono_literals;

class budget : public testing::Test {
 protected:
  // How many of `count` reads, that much apart, are granted.
  int granted(int count, std::chrono::nanoseconds apart) {
    int out = 0;
    for (; out < count && budget_.spend(now_); ++out) now_ += apart;
    return out;
  }

  read_budget budget_;
  read_budget::time_point now_{1h};
};

TEST_F(budget, ends_a_flood_that_brings_nothing) {
  EXPECT_EQ(granted(1'000'000, 10us), 1'000);
  EXPECT_TRUE(budget_.is_spent());
}

TEST_F(budget, stays_spent) {
  (void)granted(1'000'000, 10us);
  now_ += 1h;
  budget_.pay_back();
  EXPECT_FALSE(budget_.spend(now_));
}

TEST_F(budget, lasts_for_ever_where_pings_come_now_and_then) {
  EXPECT_EQ(granted(10'000'000, 100ms), 10'000'000);
}

TEST_F(budget, lasts_for_a_message_in_small_fragments) {
  // 64 MiB of which each read brings a little, and each record of TLS takes 40 packets.
  for (int at = 0; at < 100'000; ++at) {
    ASSERT_EQ(granted(40, 1us), 40);
    budget_.pay_back();
  }
}

TEST_F(budget, pays_nothing_back_twice) {
  (void)granted(900, 1ns);
  for (int at = 0; at < 1'000; ++at) budget_.pay_back();
  EXPECT_LT(granted(1'000, 1ns), 200);
}

TEST_F(budget, takes_no_harm_of_a_clock_that_goes_back) {
  EXPECT_EQ(granted(500, -1s), 500);
  EXPECT_FALSE(budget_.is_spent());
}

}  // namespace
}  // namespace gantry::net
