#include "model/json_slices.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"
#include "model/json_check.hpp"
#include "tests/support/seed.hpp"

namespace gantry::json {
namespace {

using testing::ElementsAre;

std::vector<std::string> values_of(std::string_view text) {
  std::vector<std::string> out;
  parts in(text);
  while (const auto each = in.next()) out.emplace_back(each->value);
  return out;
}

TEST(json_slices, are_as_they_were_written) {
  EXPECT_THAT(values_of(R"( [ 1.50, "a\"]" , {"b":[]},null ] )"),
              ElementsAre("1.50", R"("a\"]")", R"({"b":[]})", "null"));
  EXPECT_THAT(values_of(R"({"a" : 1e5 ,"b":[{ }]})"), ElementsAre("1e5", "[{ }]"));
  for (const char* each : {"1", "\"[1]\"", "null", "", "  ", "[]", "{}"}) {
    EXPECT_THAT(values_of(each), ElementsAre()) << each;
  }
}

TEST(json_slices, are_picked_by_name) {
  const auto [b, none, a] = pick(R"({"x":{"a":0},"\u0061":1,"b":"two","a":3})", {"b", "none", "a"});
  EXPECT_EQ(string_of(b), "two");
  EXPECT_FALSE(none);
  EXPECT_EQ(a, "1");
}

TEST(json_slices, end_where_the_text_is_broken) {
  EXPECT_THAT(values_of("[1,NaN,{\"a\":tru}]"), ElementsAre("1", "NaN", "{\"a\":tru}"));
  EXPECT_THAT(values_of("[1 2]"), ElementsAre("1"));
  EXPECT_THAT(values_of("[1,[2,[3"), ElementsAre("1", "[2,[3"));
  EXPECT_THAT(values_of(R"({"a":1,b:2})"), ElementsAre("1"));
  EXPECT_THAT(values_of(R"({"a")"), ElementsAre());
  EXPECT_THAT(values_of(R"(["open)"), ElementsAre("\"open"));
  EXPECT_THAT(values_of("[\"a\\"), ElementsAre("\"a\\"));
  EXPECT_THAT(values_of("[]]]"), ElementsAre());
}

TEST(json_slices, are_strings_with_their_escapes_read) {
  EXPECT_EQ(string_of(slice(R"("a\n\u00e4")")), "a\n\xC3\xA4");
  EXPECT_EQ(string_of(slice("\"a\"")), "a");
  for (const char* each : {"", "\"", "a", "1", "[\"a\"]", R"("\x")", R"("a\")"}) {
    EXPECT_EQ(string_of(slice(each)), std::nullopt) << each;
  }
}

TEST(json_slices, are_made_compact) {
  EXPECT_EQ(compact(" { \"a b\" :\n[ 1.0 ,\t\"x \\\" y\" ] } "), R"({"a b":[1.0,"x \" y"]})");
  EXPECT_EQ(compact(""), "");
  EXPECT_EQ(compact("\"open "), "\"open ");
}

TEST(json_slices, lose_what_was_removed_and_keep_their_numbers) {
  const std::string text =
      R"({ "n" : 123456789012345678901234567890, "gone": 0, "in": {"gone": "", "d": 1.50}, "l": [ 0 ] })";
  document read = *parse(text);
  read.RemoveMember("gone");
  read["in"].RemoveMember("gone");
  EXPECT_EQ(without_removed(text, read),
            R"({"n":123456789012345678901234567890,"in":{"d":1.50},"l":[0]})");
  document made(rapidjson::kObjectType);
  EXPECT_EQ(without_removed("null", made), "{}");
}

// Whatever the text, no part leaves it; and of JSON the parts are JSON.
TEST(json_slices, stay_within_any_text) {
  constexpr std::string_view alphabet = "[]{}\",:\\ 1a";
  for (const std::uint64_t seed : test::seeds(5'000)) {
    test::dice dice(seed);
    std::string text;
    for (std::size_t left = dice.upto(30); left > 0; --left) {
      text += alphabet[dice.upto(alphabet.size() - 1)];
    }
    const bool valid = check(text).has_value();
    parts in(text);
    std::size_t count = 0;
    while (const auto each = in.next()) {
      ASSERT_LE(++count, text.size()) << "seed " << seed << ": " << text;
      EXPECT_TRUE(!valid || check(each->value)) << "seed " << seed << ": " << text;
    }
    EXPECT_TRUE(!valid || compact(compact(text)) == compact(text)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace gantry::json
