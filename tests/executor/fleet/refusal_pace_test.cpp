#include "executor/fleet/refusal_pace.hpp"

#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(RefusalPace, WhatHasJustBegunIsTriedSoonAndWhatLastsSeldom) {
  refusal_pace pace;
  refusal_pace::time_point now{};
  EXPECT_EQ(pace.next(now, minutes(5)), seconds(1));
  now += seconds(1);
  EXPECT_EQ(pace.next(now, minutes(5)), seconds(1));
  now += seconds(9);
  EXPECT_EQ(pace.next(now, minutes(5)), seconds(5));
  now += minutes(60);
  EXPECT_EQ(pace.next(now, minutes(5)), minutes(5));
  EXPECT_EQ(pace.next(now, milliseconds(10)), milliseconds(10));
}

TEST(RefusalPace, WhatWasAllowedInBetweenBeginsAnew) {
  refusal_pace pace;
  refusal_pace::time_point now{};
  (void)pace.next(now, minutes(5));
  now += minutes(60);
  pace.over();
  EXPECT_EQ(pace.next(now, minutes(5)), seconds(1));
}

}  // namespace
}  // namespace gantry::fleet
