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

// What is wrong with the schema of an object that has these members beside its type.
std::string refusal_of(const std::string& members) {
  return problem_of_schema(R"({"type":"object",)" + members + "}").value_or("");
}

TEST(InputSchema, SaysWhichKeywordHoldsWhatItMayNot) {
  for (const char* wrong : {R"("required":[1])",
                            R"("required":[["a"]])",
                            R"("type":"objekt")",
                            R"("type":[])",
                            R"("type":[1])",
                            R"("multipleOf":0)",
                            R"("multipleOf":-1)",
                            R"("multipleOf":"1")",
                            R"("minLength":-1)",
                            R"("maxItems":1.5)",
                            R"("maxItems":null)",
                            R"("minLength":-1e300)",
                            R"("enum":1)",
                            R"("items":[1])",
                            R"("items":null)",
                            R"("properties":[])",
                            R"("properties":{"a":1})",
                            R"("allOf":[])",
                            R"("anyOf":{})",
                            R"("not":[])",
                            R"("if":1)",
                            R"("exclusiveMaximum":true)",
                            R"("uniqueItems":1)",
                            R"("dependencies":{"a":1})",
                            R"("dependencies":{"a":[1]})",
                            R"("definitions":{"a":[]})",
                            R"("format":1)",
                            R"("pattern":1)",
                            R"("title":1)",
                            R"("$dynamicRef":"#a")",
                            R"("$recursiveRef":"#")",
                            R"("patternProperties":{"^a":{}})",
                            R"("contains":{"type":"x"})"}) {
    const std::string inner = std::string(R"("properties":{"a/b":{)") + wrong + "}}";
    EXPECT_THAT(refusal_of(inner), HasSubstr("at #/properties/a~1b")) << wrong;
  }
  for (const char* good :
       {R"("minLength":1e300)", R"("maxItems":99999999999999999999)", R"("multipleOf":1e-300)",
        R"("maximum":1.7e308)", R"("enum":[])", R"("items":[])", R"("$id":"x","id":"y")",
        R"("format":"email")", R"("default":{"pattern":"["})", R"("enum":[{"pattern":"(?=a)b"}])",
        R"("const":{"$ref":"#/nothing"})", R"("properties":{"pattern":{"type":"string"}})",
        R"("properties":{"$ref":{"type":"string"},"patternProperties":{}})",
        R"("unknown":{"pattern":"["})", R"("properties":{"\u0000a":{"minimum":1}})"}) {
    EXPECT_EQ(refusal_of(good), "") << good;
  }
}

TEST(InputSchema, SaysWhichReferenceLeadsNowhere) {
  const auto of = [](const char* reference) {
    return refusal_of(R"("definitions":{"a":{},"b c":{},"d/e~":{}},"required":["x"],)"
                      R"("enum":[{"x":{}}],"$defs":{"f":{}},"also":{"g":{}},)"
                      R"("properties":{"p":{"$ref":)" +
                      std::string(reference) + "}}");
  };
  for (const char* good :
       {R"("#/definitions/a")", R"("#/definitions/b%20c")", R"("#/definitions/d~1e~0")",
        R"("#/$defs/f")", R"("#/also/g")", R"("#")"}) {
    EXPECT_EQ(of(good), "") << good;
  }
  for (const char* wrong :
       {R"("#/definitions/z")", R"("#/definitions")", R"("#/properties")", R"("#/required/0")",
        R"("#/enum/0/x")", R"("#/enum/0")", R"("#a")", R"("#/definitions/b%2")", R"("other.json")",
        R"("https://example.com/x#/definitions/a")", R"("")", R"("#/definitions/d~2")", "1",
        "{}"}) {
    EXPECT_THAT(of(wrong), HasSubstr("at #/properties/p: its $ref ")) << wrong;
  }
}

TEST(InputSchema, TakesNoReferenceThatComesBackWithoutGoingIntoTheData) {
  for (const char* endless :
       {R"("properties":{"a":{"$ref":"#/properties/a"}})",
        R"("properties":{"a":{"$ref":"#/properties/b"},"b":{"$ref":"#/properties/a"}})",
        R"("allOf":[{"$ref":"#"}])", R"("anyOf":[true,{"$ref":"#"}])", R"("not":{"$ref":"#"})",
        R"("oneOf":[{"allOf":[{"$ref":"#/oneOf/0"}]}])", R"("if":{"$ref":"#"})",
        R"("if":true,"then":{"$ref":"#"})", R"("if":true,"else":{"$ref":"#"})",
        R"("dependencies":{"a":{"$ref":"#"}})",
        R"("definitions":{"x":{"allOf":[{"$ref":"#/definitions/y"}]},)"
        R"("y":{"anyOf":[{"$ref":"#/definitions/x"}]}})"}) {
    EXPECT_THAT(refusal_of(endless), HasSubstr("without going into the data")) << endless;
  }
  for (const char* tree :
       {R"("properties":{"child":{"$ref":"#"}})",
        R"("properties":{"children":{"items":{"$ref":"#"}}})",
        R"("additionalProperties":{"anyOf":[{"type":"string"},{"$ref":"#"}]})",
        R"("propertyNames":{"$ref":"#/definitions/n"},"definitions":{"n":{"maxLength":3}})",
        R"("then":{"$ref":"#"})", R"("properties":{"a":{"contains":{"$ref":"#"}}})"}) {
    EXPECT_EQ(refusal_of(tree), "") << tree;
  }
}

TEST(InputSchema, IsOfABoundedSize) {
  std::string chain = R"("definitions":{"x0":{})";
  for (int each = 1; each < 2'000; ++each) {
    chain += ",\"x" + std::to_string(each) + R"(":{"$ref":"#/definitions/x)" +
             std::to_string(each - 1) + "\"}";
  }
  EXPECT_THAT(refusal_of(chain + "}"), HasSubstr("more than 64 schemas within each other"));
  std::string many = R"("allOf":[{})";
  for (int each = 0; each < 5'000; ++each) many += ",{}";
  EXPECT_THAT(refusal_of(many + "]"), HasSubstr("more than 5000 schemas"));
  std::string patterns = R"("allOf":[{})";
  for (int each = 0; each < 1'001; ++each) patterns += R"(,{"pattern":"a"})";
  EXPECT_THAT(refusal_of(patterns + "]"), HasSubstr("more than 1000 patterns"));
  std::string deep;
  for (int each = 0; each < 250; ++each) deep += R"("properties":{"a":{)";
  EXPECT_EQ(refusal_of(deep + std::string(500, '}')), "");
  for (int each = 0; each < 100; ++each) deep += R"("properties":{"a":{)";
  EXPECT_THAT(refusal_of(deep + std::string(700, '}')), HasSubstr("not JSON"));
}

TEST(InputSchema, IsPrintedWithoutItsControlCharacters) {
  EXPECT_THAT(
      refusal_of(R"("properties":{"\u001b[2J\u0000":{"pattern":"["}})"),
      testing::AllOf(HasSubstr("#/properties/?[2J?/pattern"), testing::Not(HasSubstr("\x1b"))));
}

}  // namespace
}  // namespace gantry::slots
