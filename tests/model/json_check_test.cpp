#include "model/json_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"
#include "tests/support/seed.hpp"

namespace gantry::json {
namespace {

std::string nested_lists(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

bool finite(const std::string& text) {
  const auto out = check(text);
  EXPECT_TRUE(out) << text.substr(0, 100) << ": " << out.error().message;
  return out && out->finite;
}

TEST(json_check, counts_the_levels) {
  EXPECT_EQ(check("7")->depth, 0U);
  EXPECT_EQ(check("[]")->depth, 1U);
  EXPECT_EQ(check(R"([{"a":[]},[]])")->depth, 3U);
  EXPECT_EQ(check(nested_lists(1'000'000))->depth, 1'000'000U);
}

// RapidJSON's own reading of the first writes behind the end of a buffer on the stack.
TEST(json_check, takes_numbers_of_any_length) {
  EXPECT_TRUE(finite("[99999999999999999999,0." + std::string(400, '0') + "]"));
  EXPECT_TRUE(finite("0." + std::string(1'000'000, '1')));
  EXPECT_TRUE(finite("123456789012345678901234567890"));
  EXPECT_TRUE(finite("1e-400"));
  EXPECT_TRUE(finite("-1.7976931348623157e308"));
}

TEST(json_check, tells_what_no_double_holds) {
  for (const std::string each :
       {"1e309", "-1e309", "1.5e308", "1.7976931348623159e308", "1.79769313486231579e308"}) {
    EXPECT_EQ(finite("[99999999999999999999," + each + "]"), each == "1.5e308") << each;
  }
  EXPECT_FALSE(finite("[1" + std::string(308, '0') + ",1.8e308]"));
}

TEST(json_check, refuses_half_a_surrogate_pair) {
  EXPECT_FALSE(check(R"("\ud83d")"));
  EXPECT_FALSE(check(R"("\ude80")"));
  EXPECT_FALSE(check(R"({"\ude80x":1})"));
  EXPECT_TRUE(check(R"("\ud83d\ude80")"));
}

TEST(json_check, refuses_more_than_one_value) {
  for (const std::string_view each : {"1 2", "{}{}", "[] x", ""}) EXPECT_FALSE(check(each)) << each;
  EXPECT_FALSE(check(std::string_view("{}\0{}", 5)));
  EXPECT_FALSE(check(std::string_view("{}\0", 3)));
  EXPECT_TRUE(check(" [1 , 2]\r\n"));
}

// The two parsers agree on what is JSON, but for depth and numbers that no double holds.
TEST(json_check, agrees_with_the_parser) {
  const std::string whole = R"({"a":[1,-2.5e3,"ü\ud83d\ude80\n",true],"b":{"c":null}})";
  for (const std::uint64_t seed : test::seeds(2'000)) {
    test::dice dice(seed);
    std::string bytes = whole;
    for (std::size_t times = 1 + dice.upto(3); times > 0; --times) {
      bytes[dice.upto(bytes.size() - 1)] = static_cast<char>(dice.upto(255));
    }
    const auto checked = check(bytes);
    if (checked && !checked->finite) continue;
    const bool repaired = !checked && without_lone_surrogates(bytes).has_value();
    EXPECT_EQ(checked.has_value() || repaired, parse(bytes).has_value() || repaired)
        << "seed " << seed << ": " << bytes;
  }
}

}  // namespace
}  // namespace gantry::json
