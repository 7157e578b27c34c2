#include "executor/slots/text_format.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gantry::slots {
namespace {

TEST(TextFormat, KnowsTheDaysThatThereAre) {
  for (const char* each : {"2026-12-31", "2024-02-29", "2000-02-29", "0000-01-01", "9999-12-31"}) {
    EXPECT_TRUE(is_date(each)) << each;
  }
  for (const char* each : {"", "2026", "2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01",
                           "2026-00-01", "2026-01-00", "2026-1-1", "26-01-01", "02026-01-01",
                           "2026-01-01 ", "2026/01/01", "٢٠٢٦-01-01", "+026-01-01"}) {
    EXPECT_FALSE(is_date(each)) << each;
  }
  EXPECT_FALSE(is_date(std::string(1U << 20U, '1')));
}

TEST(TextFormat, KnowsTheTimesOfRfc3339) {
  for (const char* each : {"00:00:00Z", "23:59:59z", "12:00:00.123456789012+23:59",
                           "12:00:00-00:00", "23:59:60Z", "00:59:60.5+01:00", "15:59:60-08:00"}) {
    EXPECT_TRUE(is_time(each)) << each;
  }
  for (const char* each :
       {"", "12:00:00", "24:00:00Z", "12:60:00Z", "12:00:61Z", "12:00:00.Z", "12:00:00+24:00",
        "12:00:00+01:60", "12:00:00+0100", "12:00Z", "12:00:00 Z", "22:59:60Z", "23:59:60+01:00"}) {
    EXPECT_FALSE(is_time(each)) << each;
  }
}

TEST(TextFormat, KnowsDatesWithTimes) {
  EXPECT_TRUE(is_date_time("1990-12-31T23:59:60Z"));
  EXPECT_TRUE(is_date_time("1985-04-12t23:20:50.52z"));
  EXPECT_FALSE(is_date_time("1985-04-12 23:20:50Z"));
  EXPECT_FALSE(is_date_time("1985-04-12"));
  EXPECT_FALSE(is_date_time("1985-02-30T23:20:50Z"));
}

}  // namespace
}  // namespace gantry::slots
