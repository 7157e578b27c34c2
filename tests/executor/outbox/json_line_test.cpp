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
  EXPECT_EQ(json_of(R"(["\u00e4"])"), "[\"\xC3\xA4\"]");
  EXPECT_EQ(json_of(R"(["\ud83d\ude00"])"), "[\"\xF0\x9F\x98\x80\"]");
  EXPECT_EQ(json_of(R"(["\ud83d"])"), "[\"\xEF\xBF\xBD\"]");
}

}  // namespace
}  // namespace gantry::outbox
