#include "myko/session/moment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

system_clock::time_point date(std::int64_t ms) {
  return system_clock::time_point(milliseconds(ms));
}

TEST(rfc3339, is_utc_with_milliseconds) {
  EXPECT_EQ(rfc3339(date(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(rfc3339(date(1'795'251'600'007)), "2026-11-21T09:00:00.007Z");
  EXPECT_EQ(rfc3339(date(951'782'399'999)), "2000-02-28T23:59:59.999Z");
  EXPECT_EQ(rfc3339(date(951'782'400'000)), "2000-02-29T00:00:00.000Z");
  EXPECT_EQ(rfc3339(date(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(unix_ms, rounds_down) {
  EXPECT_EQ(unix_ms(date(1'795'251'600'007)), 1'795'251'600'007);
  EXPECT_EQ(unix_ms(date(0) - std::chrono::microseconds(1)), -1);
}

TEST(make_uuid, is_of_version_4) {
  EXPECT_EQ(make_uuid([] { return 0ULL; }), "00000000-0000-4000-8000-000000000000");
  EXPECT_EQ(make_uuid([] { return ~0ULL; }), "ffffffff-ffff-4fff-bfff-ffffffffffff");
  std::uint64_t next = 0x0123456789ABCDEFULL;
  EXPECT_EQ(make_uuid([&next] { return next++; }), "01234567-89ab-4def-8123-456789abcdf0");
}

}  // namespace
}  // namespace gantry::myko
