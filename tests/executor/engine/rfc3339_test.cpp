#include "executor/engine/rfc3339.hpp"

#include <gtest/gtest.h>

#include "tests/support/seed.hpp"

namespace gantry::engine {
namespace {

constexpr timestamp noon = 1'714'564'800'000'000'000;  // 2024-05-01T12:00:00Z

TEST(rfc3339, reads_what_engines_write) {
  EXPECT_EQ(parse_rfc3339("2024-05-01T12:00:00Z"), noon);
  EXPECT_EQ(parse_rfc3339("2024-05-01T12:00:00.000000001Z"), noon + 1);
  EXPECT_EQ(parse_rfc3339("2024-05-01T12:00:00.5Z"), noon + 500'000'000);
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:00Z"), 0);
  EXPECT_EQ(parse_rfc3339("1969-12-31T23:59:59.9Z"), -100'000'000);
}

TEST(rfc3339, reads_local_offsets_as_podman_writes_them) {
  EXPECT_EQ(parse_rfc3339("2024-05-01T14:00:00.25+02:00"), noon + 250'000'000);
  EXPECT_EQ(parse_rfc3339("2024-05-01T06:30:00-05:30"), noon);
}

TEST(rfc3339, drops_what_is_finer_than_nanoseconds) {
  EXPECT_EQ(parse_rfc3339("2024-05-01T12:00:00.1234567899Z"), noon + 123'456'789);
}

TEST(rfc3339, counts_a_leap_second) {
  EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), parse_rfc3339("2017-01-01T00:00:00Z"));
}

TEST(rfc3339, does_not_read_the_time_that_means_never) {
  EXPECT_EQ(parse_rfc3339("0001-01-01T00:00:00Z"), std::nullopt);
}

// No difference of two times leaves 64 bits, whatever an engine says.
TEST(rfc3339, reads_no_time_that_is_out_of_reach_but_may_bound_it) {
  EXPECT_LT(0, time_max - time_min);
  for (const char* text : {"1823-12-31T23:59:59Z", "0000-01-01T00:00:00+23:59"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
    EXPECT_EQ(parse_rfc3339_bounded(text), time_min) << text;
  }
  for (const char* text : {"2116-12-31T23:59:60Z", "9999-12-31T23:59:60.9-99:99"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
    EXPECT_EQ(parse_rfc3339_bounded(text), time_max) << text;
  }
  EXPECT_EQ(parse_rfc3339_bounded("2024-05-01T12:00:00Z"), noon);
  EXPECT_EQ(parse_rfc3339_bounded("2024-02-30T12:00:00Z"), std::nullopt);
  EXPECT_EQ(format_rfc3339(time_min), "1824-01-01T14:16:48.000000000Z");
  EXPECT_EQ(format_rfc3339(time_max), "2116-01-01T09:43:12.000000000Z");
}

TEST(rfc3339, refuses_all_else) {
  for (const char* text :
       {"", "2024", "2024-05-01", "2024-05-01 12:00:00Z", "2024-05-01T12:00:00",
        "2024-05-01T12:00:00.Z", "2024-05-01T12:00:00Zx", "2024-13-01T12:00:00Z",
        "2024-02-30T12:00:00Z", "2024-05-01T24:00:00Z", "2024-05-01T12:60:00Z",
        "2024-05-01T12:00:00+0200", "-024-05-01T12:00:00Z", "9999-01-01T00:00:00Z"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

TEST(rfc3339, writes_what_it_reads) {
  EXPECT_EQ(format_rfc3339(noon + 7), "2024-05-01T12:00:00.000000007Z");
  EXPECT_EQ(format_rfc3339(-1), "1969-12-31T23:59:59.999999999Z");
  for (const auto seed : test::seeds(200)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    const auto time = static_cast<timestamp>(random.upto(time_max - 1));
    EXPECT_EQ(parse_rfc3339(format_rfc3339(time)), time);
  }
}

TEST(http_date, is_read) {
  EXPECT_EQ(parse_http_date("Wed, 01 May 2024 12:00:00 GMT"), noon);
  EXPECT_EQ(parse_http_date("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
}

TEST(http_date, is_refused_in_another_form) {
  for (const char* text : {"", "Wed", "Wed, 01 Mai 2024 12:00:00 GMT",
                           "Wed, 1 May 2024 12:00:00 GMT", "Wed, 01 May 2024 12:00:00 CET"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace gantry::engine
