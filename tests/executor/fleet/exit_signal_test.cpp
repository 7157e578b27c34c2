#include "executor/fleet/exit_signal.hpp"

#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

TEST(ExitSignal, IsToldByTheCode) {
  EXPECT_EQ(signal_of(129), "SIGHUP");
  EXPECT_EQ(signal_of(130), "SIGINT");
  EXPECT_EQ(signal_of(137), "SIGKILL");
  EXPECT_EQ(signal_of(139), "SIGSEGV");
  EXPECT_EQ(signal_of(143), "SIGTERM");
  EXPECT_EQ(signal_of(159), "SIGSYS");
}

TEST(ExitSignal, IsNoneForAllOtherCodes) {
  for (const int code : {-1, 0, 1, 9, 127, 128, 160, 255, 1'000'000}) {
    EXPECT_EQ(signal_of(code), "") << code;
  }
}

}  // namespace
}  // namespace gantry::fleet
