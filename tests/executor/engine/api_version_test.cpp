#include "executor/engine/api_version.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

TEST(api_version, is_read_and_written) {
  EXPECT_EQ(parse_api_version("1.41"), (api_version{1, 41}));
  EXPECT_EQ(to_string(api_version{1, 41}), "1.41");
  for (const char* text : {"", "1", "1.", ".41", "1.41x", "v1.41", "1.-4", "-1.4", "1.4.1"}) {
    EXPECT_EQ(parse_api_version(text), std::nullopt) << text;
  }
}

TEST(api_version, is_the_lower_of_both) {
  EXPECT_EQ(agree_on_version("1.41").value(), (api_version{1, 41}));
  EXPECT_EQ(agree_on_version("1.24").value(), (api_version{1, 24}));
  EXPECT_EQ(agree_on_version("1.56").value(), newest_known);
  EXPECT_EQ(agree_on_version("2.0").value(), newest_known);
  EXPECT_EQ(agree_on_version("1.9").has_error(), true);  // not as decimal numbers
}

TEST(api_version, is_the_engines_oldest_where_that_is_newer_than_ours) {
  const api_version newer{1, newest_known.minor + 5};
  EXPECT_EQ(agree_on_version("1.60", newer).value(), newer);
  EXPECT_EQ(agree_on_version("1.60", newest_known).value(), newest_known);
  EXPECT_EQ(agree_on_version("1.60", api_version{1, 24}).value(), newest_known);
  EXPECT_EQ(agree_on_version("2.3", api_version{2, 0}).value(), (api_version{2, 0}));
  // No engine says so: at least what it is told is its own.
  EXPECT_EQ(agree_on_version("1.41", newer).value(), (api_version{1, 41}));
}

TEST(api_version, is_the_oldest_where_the_engine_names_none) {
  EXPECT_EQ(agree_on_version("").value(), oldest_usable);
}

TEST(api_version, is_refused_in_plain_words) {
  const auto too_old = agree_on_version("1.23");
  ASSERT_FALSE(too_old);
  EXPECT_EQ(too_old.error().code, errc::unsupported_version);
  EXPECT_THAT(too_old.error().message, testing::HasSubstr("1.23 at most, and we need 1.24"));
  const auto nonsense = agree_on_version("banana\xFF");
  ASSERT_FALSE(nonsense);
  EXPECT_THAT(nonsense.error().message, testing::HasSubstr("\"banana\xEF\xBF\xBD\""));
}

}  // namespace
}  // namespace gantry::engine
