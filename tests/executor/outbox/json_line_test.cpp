#include "executor/outbox/json_line.hpp"

#include <gtest/gtest.h>

namespace gantry::outbox {
namespace {

std::string json_of(const std::string& line) {
  const auto out = as_json(line);
  return out ? out->bytes : "(none)";
}

std::string nested(std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

TEST(JsonLine, IsAnyValueAsItWasWritten) {
  for (const char* line : {"{}", "[]", R"({"a": 1.50, "b":[null,true]})", "\"text\"", "-12", "0.5",
                           "true", "false", "null", "  {\"a\":1}\t", "123456789012345678901234"}) {
    EXPECT_EQ(json_of(line), line);
  }
}

TEST(JsonLine, IsNoOtherText) {
  for (const char* line :
       {"", "   ", "text", "{", "{}{}", "{} x", "[1,]", "tru", "nothing", "- 1", "01", "'a'", "NaN",
        "1e999", "[level] text", "12:30:00 start", "\"open", "\xEF\xBB\xBF{}"}) {
    EXPECT_EQ(json_of(line), "(none)") << line;
  }
}

TEST(JsonLine, IsNotNestedDeeperThanServersRead) {
  EXPECT_EQ(json_of(nested(64)), nested(64));
  EXPECT_EQ(json_of(nested(65)), "(none)");
  EXPECT_EQ(json_of("{\"a\":" + nested(63) + "}"), "{\"a\":" + nested(63) + "}");
  EXPECT_EQ(json_of("{\"a\":" + nested(64) + "}"), "(none)");
  EXPECT_EQ(json_of(nested(100'000)), "(none)");
}

TEST(JsonLine, HoldsNoHalfOfASurrogatePair) {
  for (const char* whole : {R"(["\u00e4"])", R"(["\ud83d\ude00"])"})
    EXPECT_EQ(json_of(whole), whole);
  for (const char* half : {R"(["\ud83d"])", R"(["\ude00"])", R"({"\ud83dx":1})"}) {
    EXPECT_EQ(json_of(half), "(none)") << half;
  }
}

// A frame with a number that is not finite as a double is dropped whole by the core of 2026.
TEST(JsonLine, HasOnlyNumbersThatADoubleHolds) {
  const std::string zeros(400, '0');
  for (const std::string& line :
       {"[99999999999999999999,0." + zeros + "]", std::string("[1.7976931348623157e308]"),
        "0." + zeros + "1e-9", "1" + std::string(300, '0')}) {
    EXPECT_EQ(json_of(line), line);
  }
  for (const std::string& line : {std::string("[1e400]"), std::string("{\"a\":[-1.8e308]}"),
                                  "1" + zeros, std::string("[99999999999999999999,1.5e309]")}) {
    EXPECT_EQ(json_of(line), "(none)") << line;
  }
}

}  // namespace
}  // namespace gantry::outbox
