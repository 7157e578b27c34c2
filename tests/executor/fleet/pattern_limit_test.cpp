// Long strings are kept from regular expressions: with one of a MiB these would end the program.
#include "executor/fleet/pattern_limit.hpp"

#include <gmock/gmock.h>

#include "executor/fleet/action_data.hpp"
#include "executor/fleet/schemas.hpp"
#include "model/json.hpp"

namespace gantry::fleet {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::string mebibyte(1U << 20U, '1');

std::string fault_of(const std::string& data, const json::text& schema) {
  const auto checked = check_action_data(json::text{data}, schema);
  return checked ? "" : checked.error().message;
}

bool has_patterns_in(const char* schema) { return has_patterns(json::parse(schema).value()); }

TEST(PatternLimit, FindsWhatIsMatchedByARegularExpression) {
  EXPECT_TRUE(has_patterns_in(R"({"properties":{"a":{"pattern":"x"}}})"));
  EXPECT_TRUE(has_patterns_in(R"({"anyOf":[{"type":"null"},{"items":{"pattern":"x"}}]})"));
  EXPECT_TRUE(has_patterns_in(R"({"patternProperties":{"^a":{}}})"));
  EXPECT_TRUE(has_patterns_in(R"({"properties":{"a":{"format":"date"}}})"));
  EXPECT_FALSE(has_patterns_in(R"({"properties":{"pattern":{"type":"string"}}})"));
  EXPECT_FALSE(has_patterns_in(R"({"maxLength":5,"patternProperties":{}})"));
}

TEST(PatternLimit, TakesNoLongTextWhereTheSchemaHasAPattern) {
  const json::text schemas[]{{R"({"properties":{"a":{"pattern":"^(1|2)*$","maxLength":16}}})"},
                             {R"({"properties":{"a":{"format":"date"}}})"},
                             {R"({"definitions":{"b":{"patternProperties":{"^(1|2)*$":{}}}}})"}};
  for (const json::text& schema : schemas) {
    EXPECT_THAT(fault_of(R"({"a":")" + mebibyte + "\"}", schema),
                AllOf(HasSubstr("data/a: a text of 1048576 bytes"), HasSubstr("at most 4096")));
    EXPECT_THAT(fault_of(R"({"b":[{")" + mebibyte + "\":1}]}", schema),
                HasSubstr("data/b/0: a name of 1048576 bytes"));
  }
}

TEST(PatternLimit, TakesALongTextWhereItHasNone) {
  const json::text schema{R"({"properties":{"a":{"type":"string"}}})"};
  EXPECT_EQ(fault_of(R"({"a":")" + mebibyte + "\"}", schema), "");
}

TEST(PatternLimit, TakesWhatIsJustNotTooLong) {
  const json::text schema{R"({"properties":{"a":{"pattern":"^(1|2)*$"}}})"};
  EXPECT_EQ(fault_of(R"({"a":")" + std::string(matched_bytes_max, '1') + "\"}", schema), "");
  EXPECT_NE(fault_of(R"({"a":")" + std::string(matched_bytes_max + 1, '1') + "\"}", schema), "");
}

TEST(PatternLimit, SaysWhereInAShortPointer) {
  const std::string name(matched_bytes_max, '/');
  const json::text schema{R"({"pattern":"x"})"};
  EXPECT_LT(fault_of("{\"" + name + R"(":")" + mebibyte + "\"}", schema).size(), 500U);
}

TEST(PatternLimit, NoActionOfOursHasPatterns) {
  for (const verb_facts& each : all_verbs()) {
    const auto schema = json::parse(action_schema(each.what).checked().bytes);
    EXPECT_FALSE(has_patterns(*schema)) << each.name;
  }
  EXPECT_THAT(fault_of(R"({"signal":")" + mebibyte + "\"}", action_schema(verb::kill).checked()),
              HasSubstr("data/signal"));
}

}  // namespace
}  // namespace gantry::fleet
