#include "executor/units.hpp"

#include <gtest/gtest.h>

#include "tests/support/seed.hpp"

namespace gantry::units {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

TEST(Units, ReadSizes) {
  const std::pair<const char*, std::uint64_t> table[] = {
      {"0", 0},
      {"1", 1},
      {"007", 7},
      {"65536", 65'536},
      {"0GiB", 0},
      {"1KiB", 1'024},
      {"256MiB", 268'435'456},
      {"1GiB", 1'073'741'824},
      {"18446744073709551615", UINT64_MAX},
      {"17179869183GiB", 17'179'869'183ULL << 30U}};
  for (const auto& [text, size] : table) EXPECT_EQ(parse_size(text), size) << text;
}

TEST(Units, ReadDurations) {
  const std::pair<const char*, milliseconds> table[] = {{"0ms", 0ms},
                                                        {"20ms", 20ms},
                                                        {"30s", 30s},
                                                        {"15m", 15min},
                                                        {"12h", 12h},
                                                        {"30d", 720h},
                                                        {"90061001ms", 90'061'001ms}};
  for (const auto& [text, duration] : table) EXPECT_EQ(parse_duration(text), duration) << text;
}

TEST(Units, ReadWhatIsTooLargeAsTheLargest) {
  for (const char* text : {"18446744073709551616", "99999999999999999999999999", "17179869184GiB",
                           "18014398509481984KiB", "99999999999999999999999999MiB"}) {
    EXPECT_EQ(parse_size(text), size_most) << text;
  }
  for (const char* text : {"9223372036854775808ms", "9223372036854776s", "106751991168d",
                           "18446744073709551615d", "99999999999999999999999999ms"}) {
    EXPECT_EQ(parse_duration(text), duration_most) << text;
  }
  EXPECT_EQ(parse_duration("106751991167d"), std::chrono::days(106'751'991'167));
  EXPECT_FALSE(parse_size("99999999999999999999999999MB")) << "too large, but no size either";
}

// Neither a sign nor a blank, fraction, second unit or other case.
TEST(Units, RefuseEverythingElse) {
  for (const std::string number : {"1", "20", "99999999999999999999999999"}) {
    for (const char* unit :
         {"kib",   "KIB", "Kib",  "mib",  "gib", "K",    "M",      "G",      "KB",
          "MB",    "GB",  "B",    "b",    "TiB", "KiBs", "KiB ",   " KiB",   " ",
          ".5MiB", "e3",  "_000", "'000", "s",   "MiB1", "KiBKiB", "KiB1KiB"}) {
      EXPECT_FALSE(parse_size(number + unit)) << number << unit;
    }
    for (const char* unit :
         {"",   "MS", "Ms", "mS", "S", "M",   "H",   "D",    "sec", "min", "w", "y",
          "us", "ns", " s", "s ", " ", ".5s", "e3s", "m30s", "ss",  "MiB", "s1"}) {
      EXPECT_FALSE(parse_duration(number + unit)) << number << unit;
    }
    for (const char* before : {"-", "+", " ", "\t", "0x", "x", "."}) {
      EXPECT_FALSE(parse_size(before + number)) << before << number;
      EXPECT_FALSE(parse_size(before + number + "KiB")) << before << number;
      EXPECT_FALSE(parse_duration(before + number + "s")) << before << number;
    }
  }
  for (const char* text : {"", " ", "KiB", "ms", "never", "-", "-0", "inf", "nan"}) {
    EXPECT_FALSE(parse_size(text)) << text;
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  EXPECT_FALSE(parse_size(std::string_view("1\0", 2)));
}

TEST(Units, WriteTheLargestUnitThatNeedsNoFraction) {
  EXPECT_EQ(format_size(0), "0");
  EXPECT_EQ(format_size(1'000), "1000");
  EXPECT_EQ(format_size(1'024), "1KiB");
  EXPECT_EQ(format_size(1'025), "1025");
  EXPECT_EQ(format_size(1536U << 10U), "1536KiB");
  EXPECT_EQ(format_size(256U << 20U), "256MiB");
  EXPECT_EQ(format_size(std::uint64_t{64} << 30U), "64GiB");
  EXPECT_EQ(format_duration(0ms), "0ms");
  EXPECT_EQ(format_duration(20ms), "20ms");
  EXPECT_EQ(format_duration(1'500ms), "1500ms");
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(15min), "15m");
  EXPECT_EQ(format_duration(36h), "36h");
  EXPECT_EQ(format_duration(720h), "30d");
}

TEST(Units, ReadWhatTheyWrote) {
  for (const std::uint64_t seed : test::seeds(20)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    for (int round = 0; round < 200; ++round) {
      const std::uint64_t size = std::uint64_t{dice.upto(SIZE_MAX)} << dice.upto(40);
      EXPECT_EQ(parse_size(format_size(size)), size);
      const std::uint64_t factors[] = {1, 1'000, 60'000, 3'600'000, 86'400'000};
      const auto amount = (dice.upto(SIZE_MAX) >> (30 + dice.upto(33))) * factors[dice.upto(4)];
      const milliseconds duration(static_cast<std::int64_t>(amount));
      EXPECT_EQ(parse_duration(format_duration(duration)), duration);
    }
  }
}

// No text crashes it, and all that it takes is a number with a unit.
TEST(Units, TakeTextsOfChance) {
  for (const std::uint64_t seed : test::seeds(20)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    const std::string_view letters = "0159KMGiBmshd -+.";
    for (int round = 0; round < 2'000; ++round) {
      std::string text;
      for (std::size_t left = dice.upto(6); left > 0; --left) {
        text += letters[dice.upto(letters.size() - 1)];
      }
      const auto digits = text.find_first_not_of("0123456789");
      const std::string unit = digits == std::string::npos ? "" : text.substr(digits);
      const bool number = !text.empty() && digits != 0;
      EXPECT_EQ(parse_size(text).has_value(),
                number && (unit.empty() || unit == "KiB" || unit == "MiB" || unit == "GiB"))
          << text;
      EXPECT_EQ(
          parse_duration(text).has_value(),
          number && (unit == "ms" || unit == "s" || unit == "m" || unit == "h" || unit == "d"))
          << text;
    }
  }
}

}  // namespace
}  // namespace gantry::units
