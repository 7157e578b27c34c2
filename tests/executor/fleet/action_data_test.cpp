#include "executor/fleet/action_data.hpp"

#include <gmock/gmock.h>

#include "executor/fleet/schemas.hpp"
#include "model/json.hpp"

namespace gantry::fleet {
namespace {

using testing::AllOf;
using testing::HasSubstr;

result<json::document> check(std::optional<std::string> data, const char* action = "stop") {
  std::optional<json::text> text;
  if (data) text = json::text{*data};
  return check_own_data(text, action_schema(find_verb(action).value()));
}

// Why it does not fit; empty: it does.
std::string fault_of(const std::string& data, const char* action = "stop") {
  const auto checked = check(data, action);
  return checked ? "" : checked.error().message;
}

TEST(ActionData, TakesNoDataAsAnEmptyObject) {
  for (const char* action : {"run", "stop", "restart"}) {
    EXPECT_TRUE(check(std::nullopt, action)) << action;
    EXPECT_EQ(fault_of("null", action), "");
    EXPECT_EQ(fault_of(" null ", action), "");
    EXPECT_EQ(fault_of("{}", action), "");
  }
}

TEST(ActionData, ReadsTheTimeout) {
  EXPECT_FALSE(read_stop_options(*check("{}")).grace);
  for (const char* none : {"0", "0.0", "null", "\"\"", "[]"}) {
    const auto checked = check(R"({"timeout":)" + std::string(none) + "}");
    ASSERT_TRUE(checked) << none;
    EXPECT_FALSE(read_stop_options(*checked).grace) << none << " is not given";
  }
  for (const auto& [text, seconds] :
       {std::pair("1", 1), std::pair("7", 7), std::pair("3600", 3'600), std::pair("5.0", 5)}) {
    const auto checked = check(R"({"timeout":)" + std::string(text) + "}");
    ASSERT_TRUE(checked) << text;
    EXPECT_EQ(read_stop_options(*checked).grace, std::chrono::seconds(seconds));
  }
}

TEST(ActionData, SaysWhereAndWhyItDoesNotFit) {
  EXPECT_THAT(fault_of(R"({"timeout":"5"})"),
              AllOf(HasSubstr("data/timeout: "), HasSubstr("not a text")));
  EXPECT_THAT(fault_of(R"({"timeout":[5]})"), HasSubstr("data/timeout: "));
  EXPECT_THAT(fault_of(R"({"timeout":true})"), HasSubstr("data/timeout: "));
  EXPECT_THAT(fault_of(R"({"timeout":1.5})"), HasSubstr("data/timeout: "));
  EXPECT_THAT(fault_of(R"({"timeout":-1})"), AllOf(HasSubstr("data/timeout: "), HasSubstr("0")));
  EXPECT_THAT(fault_of(R"({"timeout":3601})"),
              AllOf(HasSubstr("data/timeout: "), HasSubstr("3600")));
  EXPECT_THAT(fault_of(R"({"timeout":1e300})"), HasSubstr("data/timeout: "));
  EXPECT_THAT(fault_of(R"({"timeout":99999999999999999999})"), HasSubstr("data/timeout: "));
  EXPECT_THAT(fault_of(R"({"time":5})"), AllOf(HasSubstr("data"), HasSubstr("time")));
  for (const char* data : {"[]", "[{}]", "5", "\"5\"", "true"}) {
    EXPECT_THAT(fault_of(data), HasSubstr("data: ")) << data;
  }
  EXPECT_THAT(fault_of("{"), HasSubstr("data is not JSON"));
  EXPECT_THAT(fault_of(""), HasSubstr("data is not JSON"));
}

TEST(ActionData, SaysInPlainWordsWhatIsWrong) {
  const json::text schema{R"({"type":"object","required":["n"],"additionalProperties":false,
    "properties":{
      "n":{"type":"integer","minimum":1,"exclusiveMaximum":9},
      "name":{"type":["string","null"],"pattern":"^a"},
      "mode":{"enum":["slow","fast"]},
      "fixed":{"const":7},
      "list":{"type":"array","items":{"type":"boolean"}}}})"};
  const auto fault = [&schema](const char* data) {
    const auto checked = check_action_data(json::text{data}, schema);
    return checked ? "" : checked.error().message;
  };
  const std::string prefix = "the data does not fit the action's schema: ";
  EXPECT_EQ(fault(R"({"n":1,"name":"a","mode":"slow","fixed":7,"list":[true]})"), "");
  EXPECT_EQ(fault(R"({"n":"x"})"), prefix + "data/n: must be a whole number, not a text");
  EXPECT_EQ(fault(R"({"n":1.5})"),
            prefix + "data/n: must be a whole number, not a number with a fraction");
  EXPECT_EQ(fault("{}"), prefix + "data: lacks n");
  EXPECT_EQ(fault("[]"), prefix + "data: must be an object, not a list");
  EXPECT_EQ(fault(R"({"n":0})"), prefix + "data/n: must be at least 1");
  EXPECT_EQ(fault(R"({"n":9})"), prefix + "data/n: must be less than 9");
  EXPECT_EQ(fault(R"({"n":1,"m":2})"), prefix + "data: m is not known here");
  EXPECT_EQ(fault(R"({"n":1,"name":true})"),
            prefix + "data/name: must be a text or null, not true");
  EXPECT_EQ(fault(R"({"n":1,"name":"b"})"), prefix + "data/name: must match the pattern \"^a\"");
  EXPECT_EQ(fault(R"({"n":1,"mode":"last"})"),
            prefix + R"(data/mode: must be one of ["slow","fast"])");
  EXPECT_EQ(fault(R"({"n":1,"fixed":8})"), prefix + "data/fixed: must be 7");
  EXPECT_EQ(fault(R"({"n":1,"list":[true,null]})"),
            prefix + "data/list/1: must be true or false, not null");
  EXPECT_EQ(fault(R"({"n":"x","list":[5]})"),
            prefix +
                "data/list/0: must be true or false, not a number; "
                "data/n: must be a whole number, not a text");
}

// A reason does not say which of several schemas it is from.
TEST(ActionData, SaysNothingWrongOfSchemasThatAreCombined) {
  const json::text schema{R"({"type":"object",
    "properties":{"n":{"type":["integer","string"],"oneOf":[{"type":"integer"},{"const":"a"}]}},
    "additionalProperties":{"type":"boolean"}})"};
  const auto combined = check_action_data(json::text{R"({"n":"b"})"}, schema);
  ASSERT_FALSE(combined);
  EXPECT_THAT(combined.error().message,
              AllOf(HasSubstr("data/n: "), testing::Not(HasSubstr("must be a whole number"))));
  const auto other = check_action_data(json::text{R"({"x":5})"}, schema);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().message,
            "the data does not fit the action's schema: data/x: must be true or false, not a "
            "number");
}

TEST(ActionData, KeepsItsTextShort) {
  std::string many = "{";
  for (int each = 0; each < 10'000; ++each) {
    many += "\"" + std::string(50, 'x') + std::to_string(each) + "\":1,";
  }
  many.back() = '}';
  EXPECT_LT(fault_of(many).size(), 2'000U);
  EXPECT_LT(fault_of("{\"" + std::string(100'000, 'x') + "\":1}").size(), 2'000U);
}

TEST(ActionData, WritesAPointerAsOneIsWritten) {
  const json::text schema{
      R"({"properties":{"a":{"items":{"properties":{"b/c~":{"type":"null"}}}}}})"};
  const auto checked = check_action_data(json::text{R"({"a":[{}, {"b/c~":1}]})"}, schema);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("data/a/1/b~1c~0: "));
}

}  // namespace
}  // namespace gantry::fleet
