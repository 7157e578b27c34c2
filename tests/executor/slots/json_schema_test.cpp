#include "executor/slots/json_schema.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "executor/slots/input_schema.hpp"
#include "executor/slots/publishable_schema.hpp"
#include "executor/slots/unset_members.hpp"
#include "model/json.hpp"
#include "tests/support/seed.hpp"

namespace gantry::slots {
namespace {

using testing::HasSubstr;

// "place: words; place: words"; empty: it fits.
std::string mismatches(const std::string& schema, const std::string& data) {
  const auto rules = json::parse(schema);
  const auto value = json::parse(data);
  EXPECT_TRUE(rules) << schema;
  EXPECT_TRUE(value) << data;
  std::string out;
  if (!rules || !value) return "not JSON";
  for (const schema_mismatch& each : find_mismatches(*value, *rules)) {
    out += (out.empty() ? "" : "; ") + each.place + ": " + each.words;
  }
  return out;
}

TEST(JsonSchema, ChecksByEachKeyword) {
  struct {
    const char* schema;
    const char* good;
    const char* bad;
  } const cases[] = {
      {R"({"type":"integer"})", "5.0", "5.5"},
      {R"({"type":["null","array"]})", "[]", "{}"},
      {R"({"enum":[1,"a",{"b":[1,2],"c":null}]})", R"({"c":null,"b":[1.0,2]})",
       R"({"c":null,"b":[2,1]})"},
      {R"({"const":false})", "false", "0"},
      {R"({"minimum":9007199254740993})", "9007199254740993", "9007199254740992"},
      {R"({"maximum":18446744073709551614})", "18446744073709551614", "18446744073709551615"},
      {R"({"exclusiveMinimum":0})", "1e-300", "0"},
      {R"({"multipleOf":0.01})", "19.99", "19.995"},
      {R"({"multipleOf":3})", "-9223372036854775806", "-9223372036854775808"},
      {R"({"multipleOf":1})", "-9223372036854775808", "0.5"},
      {R"({"multipleOf":1e-300})", "3e-300", "1.5e-300"},
      {R"({"multipleOf":0.123456789})", "1e-400", "1e308"},
      {R"({"maxLength":2})", R"("ä\u0000")", R"("a\u0000b")"},
      {R"({"minLength":2})", R"("ää")", R"("ä")"},
      {R"({"maxItems":1e300})", "[1]", nullptr},
      {R"({"minItems":99999999999999999999})", "1", "[1]"},
      {R"({"uniqueItems":true})", R"([1,"1",{"a":1,"b":2}])", R"([{"a":1,"b":2},{"b":2,"a":1}])"},
      {R"({"uniqueItems":true})", "[1,true,null,[1]]", "[1,1.0]"},
      {R"({"items":{"type":"string"}})", R"(["a"])", R"(["a",1])"},
      {R"({"items":[{"type":"null"}],"additionalItems":false})", "[null]", "[null,null]"},
      {R"({"items":[true,false]})", "[1]", "[1,2]"},
      {R"({"contains":{"const":1}})", "[2,1]", "[2]"},
      {R"({"contains":true})", "1", "[]"},
      {R"({"properties":{"a":false}})", R"({"b":1})", R"({"a":1})"},
      {R"({"additionalProperties":{"type":"null"}})", R"({"a":null})", R"({"a":1})"},
      {R"({"properties":{"a":true},"additionalProperties":false})", R"({"a":1})", R"({"b":1})"},
      {R"({"required":["a\u0000b"]})", R"({"a\u0000b":1})", R"({"a":1})"},
      {R"({"propertyNames":{"pattern":"^a"}})", R"({"a":1})", R"({"b":1})"},
      {R"({"minProperties":1,"maxProperties":1})", R"({"a":1})", "{}"},
      {R"({"dependencies":{"a":["b"]}})", R"({"b":1})", R"({"a":1})"},
      {R"({"dependencies":{"a":{"required":["c"]}}})", R"({"a":1,"c":1})", R"({"a":1})"},
      {R"({"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":0}})", "0", "-1"},
      {R"({"if":{"type":"string"},"then":{"minLength":1}})", "-1", "\"\""},
      {R"({"not":{"type":"null"}})", "1", "null"},
      {R"({"anyOf":[{"type":"null"},{"minimum":1}]})", "null", "0"},
      {R"({"oneOf":[{"minimum":1},{"maximum":1}]})", "0", "1"},
      {R"({"allOf":[{"minimum":1},{"maximum":1}]})", "1", "2"},
      {R"({"$ref":"#/definitions/a%25b","type":"null","definitions":{"a%b":{"type":"string"}}})",
       "\"\"", "null"},
      {R"({"format":"date"})", R"("2024-02-29")", R"("2026-02-29")"},
      {R"({"items":{"anyOf":[{"format":"time"}]}})", R"(["00:00:00Z",5])", R"(["25:00:00Z"])"},
      {R"({"format":"email"})", "5", nullptr},
      {R"({"pattern":"^ä$"})", "5", R"("a")"},
  };
  for (const auto& [schema, good, bad] : cases) {
    EXPECT_EQ(mismatches(schema, good), "") << schema << " " << good;
    if (bad == nullptr) continue;
    EXPECT_NE(mismatches(schema, bad), "") << schema << " " << bad;
  }
}

TEST(JsonSchema, LooksForPatternsAtAnyDepth) {
  const char* const schema =
      R"({"definitions":{"n":{"pattern":"^x$"}},"properties":{
        "pattern":{"allOf":[{"items":{"$ref":"#/definitions/n"}}]},
        "a":{"enum":["b",{"pattern":"^x$"}]}}})";
  EXPECT_EQ(mismatches(schema, R"({"pattern":["x"],"a":{"pattern":"^x$"}})"), "");
  EXPECT_EQ(mismatches(schema, R"({"pattern":["x","y"]})"),
            R"(data/pattern/1: must match the pattern "^x$")");
}

TEST(JsonSchema, FollowsATreeAsDeepAsTheDataIs) {
  const char* const tree = R"({"type":"object","required":["n"],"properties":{
      "n":{"type":"integer"},"children":{"type":"array","items":{"$ref":"#"}}}})";
  EXPECT_EQ(problem_of_schema(tree), std::nullopt);
  const auto nested = [](int levels, const char* innermost) {
    std::string out = innermost;
    for (int each = 0; each < levels; ++each) out = R"({"n":1,"children":[)" + out + "]}";
    return out;
  };
  EXPECT_EQ(mismatches(tree, nested(32, R"({"n":2})")), "");
  EXPECT_THAT(mismatches(tree, nested(32, R"({"n":"x"})")), HasSubstr("must be a whole number"));
  EXPECT_THAT(mismatches(tree, nested(200, R"({"n":2})")), HasSubstr("nested too deep"));
}

// Each level doubles what is to be done.
TEST(JsonSchema, DoesNoWorkWithoutAnEnd) {
  std::string laughs = R"({"definitions":{"x0":{"type":"string"})";
  for (int each = 1; each < 60; ++each) {
    const std::string before = R"({"$ref":"#/definitions/x)" + std::to_string(each - 1) + "\"}";
    laughs += ",\"x" + std::to_string(each) + R"(":{"allOf":[)" + before + "," + before + "]}";
  }
  laughs += R"(},"$ref":"#/definitions/x59"})";
  EXPECT_EQ(mismatches(laughs, "\"a\""), "data: takes too much work to be checked");
  const char* const twice = R"({"properties":{"a":{"not":{"allOf":[{"$ref":"#"},{"$ref":"#"}]}}}})";
  std::string data = "1";
  for (int each = 0; each < 60; ++each) data = R"({"a":)" + data + "}";
  EXPECT_THAT(mismatches(twice, data), HasSubstr("takes too much work"));
  std::string numbers = "[0";
  for (int each = 1; each < 20'000; ++each) numbers += "," + std::to_string(each);
  numbers += "]";
  EXPECT_THAT(mismatches(R"({"items":{"enum":)" + numbers + "}}", numbers),
              HasSubstr("takes too much work"));
  EXPECT_EQ(mismatches(R"({"uniqueItems":true})", numbers), "");
}

TEST(JsonSchema, TakesALongTextWhereItHasAPattern) {
  const std::string letters =
      R"({"properties":{"a":{"pattern":"^([A-Za-z0-9 _.-]|ä|ö|ü|ß|Ä|Ö|Ü|é|è|à|ç)*$"}}})";
  for (const std::size_t size : {4'096U, 1U << 20U}) {
    const std::string text(size, 'A');
    EXPECT_EQ(mismatches(letters, R"({"a":")" + text + "\"}"), "");
    EXPECT_THAT(mismatches(letters, R"({"a":")" + text + "!\"}"), HasSubstr("must match"));
  }
}

// ---- Whatever the schema and the data ---------------------------------------------------------

class dice_of_schemas {
 public:
  explicit dice_of_schemas(std::uint64_t seed) : dice_(seed) {}

  std::string schema(int depth) {
    if (depth == 0 || one_in(12)) return one_of({"true", "false", "{}", "{}"});
    std::string out = "{";
    for (std::size_t left = below(4) + 1; left > 0; --left) {
      if (out.size() > 1) out += ",";
      out += keyword(depth - 1);
    }
    return out + "}";
  }

  std::string data(int depth) {
    if (depth > 0 && one_in(3)) {
      std::string out = "[";
      for (std::size_t left = below(4); left > 0; --left)
        out += data(depth - 1) + (left > 1 ? "," : "");
      return out + "]";
    }
    if (depth > 0 && one_in(2)) {
      std::string out = "{";
      for (std::size_t left = below(4); left > 0; --left) {
        out += name() + ":" + data(depth - 1) + (left > 1 ? "," : "");
      }
      return out + "}";
    }
    return one_of({"1", "-9223372036854775808", "18446744073709551615", "1e300", "0.1", "-0.0",
                   "99999999999999999999", "\"\"", "\"a\"", R"("2024-02-29")", R"("\u0000ä")",
                   "null", "true", "false"});
  }

 private:
  std::size_t below(std::size_t end) { return dice_.upto(end - 1); }
  bool one_in(std::size_t times) { return dice_.one_in(times); }
  std::string one_of(const std::vector<const char*>& of) { return of[below(of.size())]; }

  std::string name() {
    return one_of({R"("a")", R"("b")", R"("pattern")", R"("$ref")", R"("")", R"("a/b")",
                   R"("\u0000")", R"("~1")"});
  }
  std::string schemas_by_name(int depth) {
    return "{" + name() + ":" + schema(depth) + "," + name() + ":" + schema(depth) + "}";
  }
  std::string schema_list(int depth) {
    return one_in(8) ? "[]" : "[" + schema(depth) + "," + schema(depth) + "]";
  }
  std::string reference() {
    return one_of({R"("#")", R"("#/properties/a")", R"("#/definitions/a")", R"("#/definitions/b")",
                   R"("#/allOf/0")", R"("#/definitions")", R"("#/items")", R"("#/%zz")", R"("x")",
                   R"("#/properties/a/properties/b")", R"("#/enum/0")", "1"});
  }

  std::string keyword(int depth) {
    if (one_in(40)) return name() + ":" + data(2);  // a stranger, or of the wrong kind
    switch (below(12)) {
      case 0:
        return R"("$ref":)" + reference();
      case 1:
        return one_of({R"("properties":)", R"("definitions":)", R"("dependencies":)"}) +
               schemas_by_name(depth);
      case 2:
        return one_of({R"("allOf":)", R"("anyOf":)", R"("oneOf":)", R"("items":)"}) +
               schema_list(depth);
      case 3:
        return one_of({R"("not":)", R"("if":)", R"("then":)", R"("else":)", R"("contains":)",
                       R"("items":)", R"("additionalItems":)"}) +
               schema(depth);
      case 4:
        return one_of({R"("additionalProperties":)", R"("propertyNames":)"}) + schema(depth);
      case 5:
        return R"("enum":[)" + data(2) + "," + data(1) + "]";
      case 6:
        return R"("const":)" + data(2);
      case 7:
        return one_of({R"("required":["a"])", R"("required":["a","b"])", R"("required":[1])",
                       R"("uniqueItems":true)", R"("dependencies":{"a":["b"]})"});
      case 8:
        return R"("type":)" + one_of({R"("object")", R"("array")", R"("integer")", R"("number")",
                                      R"("string")", R"("any")", R"(["null","string"])", "5"});
      case 9:
        return one_of({R"("pattern":"^a")", R"("pattern":"(a*)*$")", R"("pattern":"(?=a)b")",
                       R"("pattern":"[")", R"("format":"date")", R"("format":"time")",
                       R"("format":"email")", R"("patternProperties":{"a":{}})"});
      default:
        return one_of({R"("minimum":)", R"("maximum":)", R"("exclusiveMinimum":)",
                       R"("exclusiveMaximum":)", R"("multipleOf":)", R"("minLength":)",
                       R"("maxLength":)", R"("minItems":)", R"("maxItems":)", R"("minProperties":)",
                       R"("maxProperties":)"}) +
               one_of({"0", "1", "2", "3", "0.01", "-1", "1e300", "1e-300", "18446744073709551615",
                       "99999999999999999999", "-9223372036854775808", "null"});
    }
  }

  test::dice dice_;
};

TEST(JsonSchemaProperty, NeitherASchemaNorDataEndsIt) {
  std::size_t taken = 0;
  std::size_t fitting = 0;
  for (const std::uint64_t seed : test::seeds(3)) {
    SCOPED_TRACE(test::seed_text(seed));
    dice_of_schemas dice(seed);
    for (int each = 0; each < 1'000; ++each) {
      std::string schema = dice.schema(4);
      if (schema.size() > 2 && schema.starts_with('{')) {
        schema.insert(1, R"("type":"object",)");
      }
      const auto rules = json::parse(schema);
      if (!rules || problem_of_schema(schema)) continue;
      ++taken;
      static_cast<void>(publishable_schema({schema}, schema_words::titles));
      for (int more = 0; more < 4; ++more) {
        const std::string text = dice.data(4);
        SCOPED_TRACE(schema + " " + text);
        auto data = json::parse(text);
        ASSERT_TRUE(data);
        const bool fits = find_mismatches(*data, *rules).empty();
        fitting += fits ? 1U : 0U;
        static_cast<void>(leave_out_unset(*data, *rules));
      }
    }
  }
  EXPECT_GT(taken, 100U);
  EXPECT_GT(fitting, 10U);
}

}  // namespace
}  // namespace gantry::slots
