#include "executor/slots/input_schema.hpp"

#include <gmock/gmock.h>

namespace gantry::slots {
namespace {

using testing::HasSubstr;
using testing::Optional;

TEST(InputSchema, TakesASchemaOfAnObject) {
  for (const char* good :
       {R"({"type":"object"})",
        R"({"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}})",
        R"({"type":"object","properties":{"name":{"type":"string","pattern":"^[a-z]+$"}}})",
        R"({"type":"object","definitions":{"a":{"type":"string"}},)"
        R"("properties":{"x":{"$ref":"#/definitions/a"}}})"}) {
    EXPECT_EQ(problem_of_schema(good), std::nullopt) << good;
  }
}

TEST(InputSchema, SaysWhereTheJsonEnds) {
  EXPECT_THAT(problem_of_schema("{\"type\":\"object\",\n  x}"),
              Optional(testing::AllOf(HasSubstr("not JSON"), HasSubstr("line 2, character 3"))));
  EXPECT_THAT(problem_of_schema(""), Optional(HasSubstr("not JSON")));
}

TEST(InputSchema, HasToBeOfAnObject) {
  EXPECT_THAT(problem_of_schema("true"), Optional(HasSubstr("in braces")));
  EXPECT_THAT(problem_of_schema("{}"), Optional(HasSubstr("\"type\":\"object\"")));
  EXPECT_THAT(problem_of_schema(R"({"type":"array"})"), Optional(HasSubstr("of an object")));
}

TEST(InputSchema, SaysWhichPartIsNoSchema) {
  EXPECT_THAT(problem_of_schema(R"({"type":"object","required":"n"})"),
              Optional(HasSubstr("at #: ")));
  EXPECT_THAT(
      problem_of_schema(R"({"type":"object","properties":{"n":{"items":{"minimum":"one"}}}})"),
      Optional(HasSubstr("at #/properties/n/items: ")));
  EXPECT_THAT(problem_of_schema(R"({"type":"object","properties":{"n":{"pattern":"["}}})"),
              Optional(HasSubstr("at #/properties/n/pattern: \"[\" is not a regular expression")));
}

}  // namespace
}  // namespace gantry::slots
