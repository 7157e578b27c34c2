// Which schemas the core of 2026 reads.
#include "myko/server/schema_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"

namespace gantry::myko {
namespace {

std::string fault(const char* schema) { return schema_fault(json::parse(schema).value()); }

std::string kept(const char* schema) {
  json::document memory;
  const json::document parsed = json::parse(schema).value();
  return json::canonical(kept_schema(parsed, memory.GetAllocator()));
}

TEST(schema_tree, takes_one_string_as_a_type) {
  EXPECT_EQ(fault(R"({"type":"object","properties":{"a":{"type":"integer"}}})"), "");
  EXPECT_EQ(fault(R"({"type":["integer","null"]})"), "/type is no string");
  EXPECT_EQ(fault(R"({"properties":{"a":{"type":["integer","null"]}}})"),
            "/properties/a/type is no string");
}

TEST(schema_tree, refuses_what_is_no_tree_of_objects) {
  EXPECT_EQ(fault(R"("{}")"), " is no object");
  EXPECT_EQ(fault("true"), " is no object");
  EXPECT_EQ(fault(R"({"properties":{"a":true}})"), "/properties/a is no object");
  EXPECT_EQ(fault(R"({"properties":{"a":null}})"), "/properties/a is no object");
  EXPECT_EQ(fault(R"({"properties":[]})"), "/properties is no object");
  EXPECT_EQ(fault(R"({"items":[{}]})"), "/items is no object");
  EXPECT_EQ(fault(R"({"oneOf":[{},true]})"), "/oneOf/1 is no object");
  EXPECT_EQ(fault(R"({"anyOf":{}})"), "/anyOf is no list");
  EXPECT_EQ(fault(R"({"enum":"a"})"), "/enum is no list");
  EXPECT_EQ(fault(R"({"title":1})"), "/title is no string");
  EXPECT_EQ(fault(R"({"$ref":1})"), "/$ref is no string");
  EXPECT_EQ(fault(R"({"$defs":{"a":{"type":1}}})"), "/$defs/a/type is no string");
  EXPECT_EQ(fault(R"({"$defs":{},"definitions":{}})"), " has definitions twice");
}

TEST(schema_tree, takes_all_the_rest) {
  for (const char* schema :
       {"{}", R"({"title":null,"type":null})",
        R"({"description":"d","additionalProperties":false})",
        R"({"minimum":0,"enum":[1,null,"a"],"const":{"type":[]}})",
        R"({"anyOf":[{"type":"integer"},{"type":"null"}],"oneOf":[{"const":1,"title":"One"}]})",
        R"({"items":{"type":"string"},"default":["a"],"x":{"type":[]},"allOf":[true]})"}) {
    EXPECT_EQ(fault(schema), "") << schema;
  }
}

TEST(schema_tree, is_kept_without_null_and_with_one_name_for_definitions) {
  EXPECT_EQ(kept(R"({"type":null,"title":null,"minimum":null,"properties":{"a":{"const":null}}})"),
            R"({"minimum":null,"properties":{"a":{}}})");
  EXPECT_EQ(kept(R"({"$defs":{"a":{"items":{"title":null}}},"oneOf":[{"title":null}]})"),
            R"({"definitions":{"a":{"items":{}}},"oneOf":[{}]})");
}

}  // namespace
}  // namespace gantry::myko
