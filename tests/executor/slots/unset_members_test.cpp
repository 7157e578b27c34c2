#include "executor/slots/unset_members.hpp"

#include <gtest/gtest.h>

#include <string>

#include "model/json.hpp"

namespace gantry::slots {
namespace {

std::string left(const std::string& data, const std::string& schema) {
  auto value = json::parse(data).value();
  const bool changed = leave_out_unset(value, json::parse(schema).value());
  EXPECT_EQ(changed, json::write(value) != data);
  return json::write(value);
}

TEST(UnsetMembers, AreThoseThatASceneSendsForNothing) {
  for (const char* unset : {"null", "0", "0.0", "-0.0", "false", "\"\"", "[]", R"({"a":0,"b":""})",
                            R"({"a":{"b":false}})"}) {
    EXPECT_TRUE(is_unset(json::parse(unset).value())) << unset;
  }
  for (const char* set : {"1", "0.1", "true", "\" \"", "[0]", "{}", R"({"a":0,"b":1})"}) {
    EXPECT_FALSE(is_unset(json::parse(set).value())) << set;
  }
}

TEST(UnsetMembers, AreLeftOutUnlessTheyAreRequired) {
  EXPECT_EQ(left(R"({"n":0,"m":"","k":7})", R"({"required":["n"]})"), R"({"n":0,"k":7})");
  EXPECT_EQ(left(R"({"n":0,"m":""})", "{}"), "{}");
  EXPECT_EQ(left(R"({"n":1})", "{}"), R"({"n":1})");
  EXPECT_EQ(left("[0]", "{}"), "[0]");
  EXPECT_EQ(left("0", "{}"), "0");
}

TEST(UnsetMembers, AreLeftOutOfObjectsWithin) {
  const std::string schema =
      R"({"properties":{"at":{"required":["x"],"properties":{"x":{"type":"integer"}}}}})";
  EXPECT_EQ(left(R"({"at":{"x":0,"y":0,"z":1}})", schema), R"({"at":{"x":0,"z":1}})");
  EXPECT_EQ(left(R"({"at":{"x":0,"y":0}})", schema), "{}") << "nobody has set any of it";
  EXPECT_EQ(left(R"({"list":[{"x":0}]})", schema), R"({"list":[{"x":0}]})")
      << "a list is one input";
}

TEST(UnsetMembers, AreRequiredByWhatIsReferredToAndByAllOf) {
  EXPECT_EQ(left(R"({"n":0,"m":0})", R"({"allOf":[{"required":["n"]},{"$ref":"#/definitions/a"}],)"
                                     R"("definitions":{"a":{"required":["m"]}}})"),
            R"({"n":0,"m":0})");
  EXPECT_EQ(left(R"({"at":{"n":0,"k":1}})", R"({"properties":{"at":{"$ref":"#/definitions/a"}},)"
                                            R"("definitions":{"a":{"required":["n"]}}})"),
            R"({"at":{"n":0,"k":1}})");
  EXPECT_EQ(left(R"({"n":0})", R"({"$ref":"#"})"), "{}") << "and that ends";
}

}  // namespace
}  // namespace gantry::slots
