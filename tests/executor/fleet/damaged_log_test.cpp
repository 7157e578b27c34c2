#include "executor/fleet/damaged_log.hpp"

#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

using std::chrono::seconds;

TEST(DamagedLog, IsReadOnBehindThePlaceWhenThatHasLasted) {
  damaged_log log;
  damaged_log::time_point now{};
  for (int time = 0; time < 10; ++time, now += seconds(1)) {
    EXPECT_FALSE(log.broke_off(now)) << time;
    EXPECT_FALSE(log.tail()) << time;
  }
  EXPECT_TRUE(log.broke_off(now));
  EXPECT_EQ(log.tail(), damaged_log::tail_first);
  for (unsigned less = damaged_log::tail_first / 2; less > 0; less /= 2) {
    EXPECT_FALSE(log.broke_off(now)) << "told once";
    EXPECT_EQ(log.tail(), less);
  }
  EXPECT_FALSE(log.broke_off(now));
  EXPECT_EQ(log.tail(), 0U) << "what is printed from now on";
  EXPECT_FALSE(log.broke_off(now));
  EXPECT_FALSE(log.tail()) << "it may have been something else";
}

TEST(DamagedLog, IsReadAsAWholeAgainWhenItWentOn) {
  damaged_log log;
  damaged_log::time_point now{};
  (void)log.broke_off(now);
  log.went_on();
  now += seconds(11);
  EXPECT_FALSE(log.broke_off(now));
  EXPECT_FALSE(log.tail()) << "at another place";
  now += seconds(11);
  for (int times = 2; times < damaged_log::times_first; ++times) {
    EXPECT_FALSE(log.broke_off(now)) << "an engine was started again " << times << " times";
  }
  EXPECT_TRUE(log.broke_off(now));
  EXPECT_TRUE(log.tail());
  log.went_on();
  EXPECT_FALSE(log.tail());
  (void)log.broke_off(now);
  EXPECT_FALSE(log.tail());
  EXPECT_FALSE(log.broke_off(now)) << "that it is damaged was said";
  EXPECT_EQ(log.tail(), damaged_log::tail_first) << "and is known: it need not last again";
}

}  // namespace
}  // namespace gantry::fleet
