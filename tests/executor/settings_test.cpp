#include "executor/settings.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gantry {
namespace {

template <typename T>
T read(setting_type type, std::string_view text) {
  return std::get<T>(std::get<setting_value>(read_setting(type, text)));
}

bool is_refused(setting_type type, std::string_view text) {
  return std::holds_alternative<std::string>(read_setting(type, text));
}

TEST(Settings, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  std::size_t count = 0;
  for (const setting& each : all_settings()) {
    names.insert({each.key, each.flag});
    names.insert(each.environment.begin(), each.environment.end());
    count += 2 + each.environment.size();
    EXPECT_FALSE(each.help.empty()) << each.key;
    EXPECT_TRUE(each.flag.starts_with("--")) << each.key;
    EXPECT_FALSE(each.environment.empty()) << each.key;
  }
  EXPECT_EQ(names.size(), count);
}

TEST(Settings, AreReadFromText) {
  using enum setting_type;
  EXPECT_EQ(read<std::string>(text, " a b "), "a b");
  EXPECT_EQ(read<std::int64_t>(integer, " -12 "), -12);
  EXPECT_EQ(read<double>(number, "1.5"), 1.5);
  for (const char* yes : {"true", "1", "yes"}) EXPECT_TRUE(read<bool>(toggle, yes));
  for (const char* no : {"false", "0", "no"}) EXPECT_FALSE(read<bool>(toggle, no));
  EXPECT_EQ(read<std::vector<std::string>>(list, "a, b ,,c"),
            (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_TRUE(read<std::vector<std::string>>(list, "").empty());
}

TEST(Settings, RefuseTextOfAnotherType) {
  using enum setting_type;
  for (const char* bad : {"", "x", "1.5", "1x", "99999999999999999999", "0x10"}) {
    EXPECT_TRUE(is_refused(integer, bad)) << bad;
  }
  for (const char* bad : {"", "x", "1,5"}) EXPECT_TRUE(is_refused(number, bad)) << bad;
  for (const char* bad : {"", "maybe", "2"}) EXPECT_TRUE(is_refused(toggle, bad)) << bad;
}

// Every setting has a bound: it says what is wrong with a value beyond it.
TEST(Settings, RefuseNumbersBeyondTheirBounds) {
  for (const setting& each : all_settings()) {
    config out;
    if (each.type == setting_type::integer) {
      EXPECT_TRUE(each.store(out, std::int64_t{-1})) << each.key;
      EXPECT_TRUE(each.store(out, std::int64_t{0})) << each.key;
      EXPECT_TRUE(each.store(out, std::int64_t{1} << 40)) << each.key;
    } else if (each.type == setting_type::number) {
      for (const double bad : {-1.0, 0.0, 1e9, std::numeric_limits<double>::quiet_NaN(),
                               std::numeric_limits<double>::infinity()}) {
        EXPECT_TRUE(each.store(out, bad)) << each.key;
      }
    }
  }
}

}  // namespace
}  // namespace gantry
