#include "executor/slots/publishable_schema.hpp"

#include <gmock/gmock.h>

#include "executor/slots/input_schema.hpp"
#include "model/json.hpp"
#include "tests/support/published_schema.hpp"
#include "tests/support/scene_node.hpp"
#include "tests/support/seed.hpp"

namespace gantry::slots {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

publishable of(const std::string& schema, schema_words words = schema_words::titles) {
  return publishable_schema({schema}, words);
}

// Of an object with the property `n`.
publishable of_n(const std::string& n) {
  return of(R"({"type":"object","properties":{"n":)" + n + "}}");
}
std::string published_n(const std::string& n) {
  const auto whole = json::parse(of_n(n).schema.bytes).value();
  const json::value* const found = json::find(*json::find(whole, "properties"), "n");
  return found == nullptr ? "" : json::write(*found);
}

TEST(PublishableSchema, LeavesASimpleOneAsItIs) {
  for (const char* simple :
       {R"({"type":"object"})", R"({"type":"object","title":"All","properties":{}})",
        R"({"type":"object","properties":{"n":{"type":"integer","title":"N","default":3,)"
        R"("minimum":1,"maximum":9},"to":{"type":"array","minItems":1,"items":{"type":"string",)"
        R"("pattern":"^a"}},"mode":{"enum":["a","b"]},"at":{"type":"object","properties":)"
        R"({"x":{"type":"number"}},"required":["x"]},"any":{}},"required":["n"]})"}) {
    const publishable out = of(simple);
    EXPECT_EQ(json::canonical(*json::parse(out.schema.bytes)),
              json::canonical(*json::parse(simple)));
    EXPECT_THAT(out.notes, IsEmpty()) << simple;
  }
}

TEST(PublishableSchema, TakesTheFirstTypeThatIsNotNull) {
  EXPECT_EQ(published_n(R"({"type":["null","integer","string"]})"), R"({"type":"integer"})");
  EXPECT_EQ(published_n(R"({"type":["null"]})"), R"({"type":"null"})");
  EXPECT_THAT(of_n(R"({"type":["integer","null"]})").notes,
              ElementsAre("#/properties/n: of its types [\"integer\",\"null\"] only integer is "
                          "published"));
}

TEST(PublishableSchema, HasNoBooleanForASchema) {
  EXPECT_EQ(published_n("true"), "{}");
  EXPECT_EQ(published_n("false"), "");
  EXPECT_EQ(published_n(R"({"type":"array","items":true})"), R"({"type":"array"})");
  EXPECT_EQ(published_n(R"({"type":"array","items":false})"), R"({"type":"array"})");
  EXPECT_EQ(published_n(R"({"type":"object","additionalProperties":false})"),
            R"({"type":"object"})");
  EXPECT_THAT(of_n("false").notes, ElementsAre(HasSubstr("#/properties/n: it may not be given")));
  EXPECT_THAT(of(R"({"type":"object","additionalProperties":false})").notes,
              ElementsAre("#: additionalProperties is not published"));
  EXPECT_THAT(of(R"({"type":"object","additionalProperties":true})").notes, IsEmpty());
}

TEST(PublishableSchema, HasOneSchemaForItems) {
  EXPECT_EQ(published_n(R"({"type":"array","items":[{"type":"integer"},{"type":"integer"}]})"),
            R"({"type":"array","items":{"type":"integer"}})");
  EXPECT_EQ(published_n(R"({"type":"array","items":[{"type":"integer"},{"type":"string"}]})"),
            R"({"type":"array"})");
}

TEST(PublishableSchema, MakesADropDownOfTexts) {
  const std::string drop_down =
      R"({"type":"string","enum":["a","b"],"oneOf":[{"const":"a","title":"A"},)"
      R"({"const":"b","title":"b"}]})";
  for (const char* keyword : {"oneOf", "anyOf"}) {
    EXPECT_EQ(published_n("{\"" + std::string(keyword) +
                          R"(":[{"const":"a","title":"A"},{"enum":["b"]},{"type":"null"}]})"),
              drop_down);
  }
}

TEST(PublishableSchema, SeesThroughWhatIsCombined) {
  EXPECT_EQ(published_n(R"({"anyOf":[{"type":"integer","minimum":1},{"type":"null"}]})"),
            R"({"type":"integer","minimum":1})")
      << "a node has no input for both";
  EXPECT_EQ(published_n(R"({"title":"N","allOf":[{"type":"integer"},{"minimum":1}]})"),
            R"({"title":"N","type":"integer","minimum":1})");
  EXPECT_EQ(published_n(R"({"oneOf":[{"type":"integer"},{"type":"integer","minimum":9}]})"),
            R"({"type":"integer"})");
  EXPECT_EQ(published_n(R"({"oneOf":[{"type":"integer"},{"type":"string"}]})"), "{}");
  EXPECT_EQ(published_n(R"({"not":{"type":"string"},"type":"integer"})"), R"({"type":"integer"})");
}

TEST(PublishableSchema, HasNothingCombinedAtTheTop) {
  const publishable out =
      of(R"({"type":"object","properties":{"a":{"type":"integer"}},"oneOf":[{"required":["a"]},)"
         R"({"required":["b"],"properties":{"b":{"type":"string"}}}]})");
  EXPECT_EQ(out.schema.bytes,
            R"({"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"string"}}})");
  EXPECT_THAT(out.notes, ElementsAre("#: oneOf is published as what its schemas share"));
  EXPECT_EQ(
      of(R"({"type":"object","allOf":[{"required":["a"],"properties":{"a":{}}}]})").schema.bytes,
      R"({"type":"object","required":["a"],"properties":{"a":{}}})");
}

TEST(PublishableSchema, PutsDefinitionsWhereTheyAreUsed) {
  const publishable out =
      of(R"({"type":"object","definitions":{"n":{"type":"integer","title":"Any"}},)"
         R"("properties":{"a":{"$ref":"#/definitions/n"},)"
         R"("b":{"$ref":"#/definitions/n","title":"B"},"c":{"$ref":"#/properties/a"}}})");
  EXPECT_EQ(out.schema.bytes,
            R"({"type":"object","properties":{"a":{"type":"integer","title":"Any"},)"
            R"("b":{"type":"integer","title":"B"},"c":{"type":"integer","title":"Any"}}})");
  EXPECT_THAT(out.notes, IsEmpty());
}

TEST(PublishableSchema, EndsWhereAReferenceGoesRoundInCircles) {
  const publishable out =
      of(R"({"type":"object","properties":{"next":{"$ref":"#"},"n":{"type":"integer"}}})");
  EXPECT_EQ(test::published_schema_problem(out.schema), std::nullopt);
  EXPECT_THAT(out.notes, testing::Contains(HasSubstr("its $ref is published as any object")));
}

TEST(PublishableSchema, PublishesAsAnyObjectWhatIsTooMuch) {
  std::string many = R"({"type":"object","definitions":{"d0":{"type":"integer"})";
  for (int each = 1; each < 12; ++each) {  // three times as much with each
    const std::string before = R"({"$ref":"#/definitions/d)" + std::to_string(each - 1) + "\"}";
    many += ",\"d" + std::to_string(each) + R"(":{"type":"object","properties":{"a":)" + before +
            ",\"b\":" + before + ",\"c\":" + before + "}}";
  }
  many += R"(},"properties":{"n":{"$ref":"#/definitions/d11"}}})";
  EXPECT_TRUE(of(many).schema.bytes == R"({"type":"object"})");
  EXPECT_THAT(of(many).notes, ElementsAre(HasSubstr("too large")));
  std::string deep = R"({"type":"integer"})";
  for (int each = 0; each < 40; ++each) deep = R"({"type":"array","items":)" + deep + "}";
  EXPECT_EQ(test::published_schema_problem(of_n(deep).schema), std::nullopt);
  EXPECT_THAT(of_n(deep).notes, ElementsAre(HasSubstr("it is too deep")));
  const std::string long_one(published_bytes_max, 'x');
  EXPECT_EQ(of_n("{\"default\":\"" + long_one + "\"}").schema.bytes, R"({"type":"object"})");
  std::string nested = "1";
  for (int each = 0; each < 100; ++each) nested = "[" + nested + "]";
  EXPECT_EQ(of_n("{\"default\":" + nested + "}").schema.bytes, R"({"type":"object"})");
}

TEST(PublishableSchema, SaysWhatATitleHasRoomFor) {
  EXPECT_EQ(published_n(R"({"description":"Frames a second"})"), R"({"title":"Frames a second"})");
  EXPECT_EQ(published_n(R"({"title":"F","description":"Frames a second"})"), R"({"title":"F"})");
  const std::string long_one = "ä" + std::string(60, 'x');
  EXPECT_EQ(published_n("{\"title\":\"" + long_one + "\"}"),
            "{\"title\":\"ä" + std::string(38, 'x') + "…\"}");
  EXPECT_THAT(of_n("{\"description\":\"" + long_one + "\"}").notes,
              ElementsAre(AllOf(HasSubstr("#/properties/n: its description is not published"),
                                HasSubstr("core.schema_descriptions"))));
  const auto described =
      of(R"({"type":"object","title":"T","description":"D"})", schema_words::descriptions);
  EXPECT_EQ(described.schema.bytes, R"({"type":"object","description":"D","title":"T"})");
  EXPECT_THAT(described.notes, IsEmpty());
}

TEST(PublishableSchema, KeepsItsNotesShort) {
  std::string many = R"({"type":"object","properties":{"p":true)";
  for (int each = 0; each < 99; ++each) many += ",\"p" + std::to_string(each) + "\":true";
  const auto notes = of(many + "}}").notes;
  EXPECT_THAT(notes, SizeIs(notes_max + 1));
  EXPECT_EQ(notes.back(), "and 80 more");
}

// ---- Whatever somebody writes -------------------------------------------------------------------

class random_schema {
 public:
  explicit random_schema(std::uint64_t seed) : dice_(seed) {}

  std::string top() {
    return R"({"type":"object","definitions":{"a":)" + any(2) + ",\"b\":" + any(2) + "}" +
           keywords(3) + "}";
  }

 private:
  std::string any(int depth) {
    if (dice_.one_in(8)) return dice_.one_in(2) ? "true" : "false";
    if (dice_.one_in(8))
      return R"({"$ref":"#/definitions/)" + std::string(dice_.one_in(2) ? "a" : "b") + "\"}";
    return "{" + type() + keywords(depth) + "}";
  }

  std::string type() {
    static const std::vector<std::string> types{
        R"("string")", R"("integer")",          R"("object")",
        R"("array")",  R"(["integer","null"])", R"(["null","string","object"])"};
    return dice_.one_in(4) ? R"("x":1)" : R"("type":)" + types[dice_.upto(types.size() - 1)];
  }

  std::string list(int depth) {
    std::string out = "[" + any(depth);
    for (auto left = dice_.upto(2); left > 0; --left) out += "," + any(depth);
    return out + "]";
  }

  std::string keywords(int depth) {
    std::string out;
    if (dice_.one_in(3)) out += R"(,"title":")" + std::string(dice_.upto(60), 't') + "\"";
    if (dice_.one_in(3)) out += R"(,"description":")" + std::string(dice_.upto(60), 'd') + "\"";
    if (dice_.one_in(6)) out += R"(,"enum":["a",1,null])";
    if (dice_.one_in(6)) out += R"(,"const":"c")";
    if (dice_.one_in(6)) out += R"(,"required":["p"])";
    if (depth == 0) return out;
    if (dice_.one_in(2))
      out += R"(,"properties":{"p":)" + any(depth - 1) + ",\"q\":" + any(depth - 1) + "}";
    if (dice_.one_in(4))
      out += R"(,"items":)" + (dice_.one_in(2) ? any(depth - 1) : list(depth - 1));
    if (dice_.one_in(4)) out += R"(,"additionalProperties":)" + any(depth - 1);
    for (const char* each : {"oneOf", "anyOf", "allOf"}) {
      if (dice_.one_in(4)) out += ",\"" + std::string(each) + "\":" + list(depth - 1);
    }
    if (dice_.one_in(6)) out += R"(,"oneOf":[{"const":"a","title":"A"},{"const":"b"}])";
    if (dice_.one_in(8)) out += R"(,"not":)" + any(depth - 1);
    return out;
  }

  test::dice dice_;
};

TEST(PublishableSchema, MakesWhatEveryCoreTakesOfWhateverIsWritten) {
  for (const std::uint64_t seed : test::seeds(2'000)) {
    const std::string written = random_schema(seed).top();
    const publishable out = of(written);
    ASSERT_EQ(test::published_schema_problem(out.schema), std::nullopt) << test::seed_text(seed);
    ASSERT_EQ(problem_of_schema(out.schema.bytes), std::nullopt) << test::seed_text(seed);
    ASSERT_TRUE(json::parse(test::sent_by_scene(out.schema).bytes)) << test::seed_text(seed);
    const publishable again = of(out.schema.bytes);
    ASSERT_TRUE(json::canonical(*json::parse(again.schema.bytes)) ==
                json::canonical(*json::parse(out.schema.bytes)))
        << "simpler still: " << test::seed_text(seed);
    ASSERT_THAT(again.notes, IsEmpty()) << test::seed_text(seed);
  }
}

}  // namespace
}  // namespace gantry::slots
