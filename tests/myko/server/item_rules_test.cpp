// What the core of 2026 makes of an item, and what it drops.
#include "myko/server/item_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "model/json.hpp"

namespace gantry::myko {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct example {
  const char* type;
  std::string item;
};

// One item of each type, with nothing that could be left out.
const std::vector<example>& minimal() {
  static const std::vector<example> all{
      {"Machine", R"({"id":"m"})"},
      {"MachineStatus", R"({"id":"m","machineId":"m"})"},
      {"MachineSettings", R"({"id":"m","machineId":"m"})"},
      {"Instance", R"({"id":"i","name":"n","serviceId":"s","serviceTypeCode":"c","color":"",)"
                   R"("machineId":"m","status":"Available"})"},
      {"Target", R"({"id":"t","name":"n","serviceId":"s","category":"c"})"},
      {"TargetStatus", R"({"id":"i:t","targetId":"t","instanceId":"i","status":"online"})"},
      {"TargetLayout", R"({"id":"i:t","targetId":"t","instanceId":"i"})"},
      {"TargetTopology", R"({"id":"i:t","targetId":"t","instanceId":"i"})"},
      {"Action", R"({"id":"a","name":"n","targetId":"t","serviceId":"s"})"},
      {"ActionStatus", R"({"id":"x","actionId":"a","instanceId":"i","status":"offline"})"},
      {"Emitter", R"({"id":"e","name":"n","targetId":"t","serviceId":"s"})"},
      {"EmitterStatus", R"({"id":"x","emitterId":"e","instanceId":"i","status":"online"})"},
      {"Pulse", R"({"id":"p","emitterId":"e","data":{}})"},
      {"EventTrack", R"({"id":"e","name":"n","locked":false,"timeMode":{"type":"clock"},)"
                     R"("sourceMode":{"type":"sourced","serviceId":"s"}})"},
  };
  return all;
}

std::string row_of(std::string_view type, std::string_view item) {
  const auto read = read_row(type, json::parse(item).value());
  return read ? read->kept.body.bytes : "dropped: " + read.error().message;
}

json::document item_of(const char* type) {
  for (const example& each : minimal()) {
    if (std::string_view(each.type) == type) return json::parse(each.item).value();
  }
  throw std::logic_error(type);
}

bool takes(const char* type, const char* key, const char* text) {
  json::document item = item_of(type);
  json::document given = json::parse(text).value();
  item.RemoveMember(key);
  item.AddMember(rapidjson::StringRef(key), json::value(given, item.GetAllocator()),
                 item.GetAllocator());
  return read_row(type, item).has_value();
}

TEST(item_rules, take_an_item_with_just_what_is_required) {
  for (const example& each : minimal()) {
    EXPECT_THAT(row_of(each.type, each.item), Not(StartsWith("dropped"))) << each.type;
  }
}

TEST(item_rules, miss_every_required_field) {
  for (const example& each : minimal()) {
    const json::document whole = json::parse(each.item).value();
    for (const auto& member : whole.GetObject()) {
      json::document item = json::parse(each.item).value();
      item.EraseMember(member.name);
      EXPECT_THAT(row_of(each.type, json::write(item)),
                  HasSubstr(std::string(member.name.GetString()) + " is missing"))
          << each.type;
    }
  }
}

TEST(item_rules, refuse_null_for_every_required_value) {
  for (const example& each : minimal()) {
    const json::document whole = json::parse(each.item).value();
    for (const auto& member : whole.GetObject()) {
      if (std::string_view(member.name.GetString()) == "data") continue;  // any value at all
      EXPECT_FALSE(takes(each.type, member.name.GetString(), "null"))
          << each.type << " " << member.name.GetString();
    }
  }
}

TEST(item_rules, refuse_wrong_kinds_and_names) {
  EXPECT_FALSE(takes("Target", "name", "1"));
  EXPECT_FALSE(takes("Target", "parentTargets", "null"));
  EXPECT_FALSE(takes("Target", "parentTargets", "[1]"));
  EXPECT_FALSE(takes("Target", "managed", R"("yes")"));
  EXPECT_FALSE(takes("TargetStatus", "status", R"("Online")"));
  EXPECT_FALSE(takes("Instance", "status", R"("available")"));
  EXPECT_FALSE(takes("Instance", "message", "7"));
  EXPECT_FALSE(takes("Instance", "colorScaling", R"("normalized")"));
  EXPECT_FALSE(takes("Machine", "addresses", R"("127.0.0.1")"));
  EXPECT_FALSE(takes("Machine", "addresses", "null"));
  EXPECT_FALSE(takes("Action", "schema", R"("{}")"));
  EXPECT_FALSE(takes("Action", "writesTo", R"("e")"));
  EXPECT_FALSE(takes("TargetLayout", "position", R"({"x":1,"y":2})"));
  EXPECT_TRUE(takes("TargetLayout", "position", R"({"x":1,"y":2,"z":0.5})"));
  EXPECT_FALSE(takes("EventTrack", "sourceMode", R"({"type":"sourced","service_id":"s"})"));
  EXPECT_TRUE(takes("EventTrack", "sourceMode", R"({"type":"scoped","scopeId":"p"})"));
  EXPECT_FALSE(takes("Instance", "coordinateSpace", R"({"right":"PositiveX"})"));
}

TEST(item_rules, take_null_where_a_value_may_be_absent) {
  EXPECT_TRUE(takes("Instance", "message", "null"));
  EXPECT_TRUE(takes("Instance", "clusterId", "null"));
  EXPECT_TRUE(takes("Instance", "renderDomain", "null"));
  EXPECT_TRUE(takes("Machine", "name", "null"));
  EXPECT_TRUE(takes("Action", "schema", "null"));
  EXPECT_TRUE(takes("Action", "category", "null"));
  EXPECT_TRUE(takes("Pulse", "data", "null"));
}

TEST(item_rules, drop_emitter_and_action_whose_schema_cannot_be_read) {
  for (const char* type : {"Emitter", "Action"}) {
    EXPECT_FALSE(takes(type, "schema", R"({"type":["integer","null"]})")) << type;
    EXPECT_TRUE(takes(type, "schema", R"({"description":"d","properties":{"a":{}}})")) << type;
  }
  EXPECT_EQ(row_of("Emitter", R"({"id":"e","name":"n","targetId":"t","serviceId":"s",)"
                              R"("schema":{"properties":{"a":{"type":["null"]}}}})"),
            "dropped: Emitter e: schema/properties/a/type is no string");
}

TEST(item_rules, keep_only_what_the_type_has) {
  EXPECT_EQ(row_of("Target", R"({"hash":"h","rootLevel":true,"bgColor":"#fff","id":"t",)"
                             R"("actionIds":[],"category":"c","name":"n","serviceId":"s",)"
                             R"("subTargets":[],"lastUpdated":"x","unheardOf":{}})"),
            R"({"name":"n","parentTargets":[],"serviceId":"s","category":"c","id":"t"})");
  EXPECT_EQ(row_of("Pulse", R"({"id":"e","emitterId":"e","data":{"b":1,"a":[{"d":1,"c":2}]},)"
                            R"("timestamp":1,"name":"n","hash":"h","clientId":"c"})"),
            R"({"emitterId":"e","data":{"a":[{"c":2,"d":1}],"b":1},"clientId":"c","id":"e"})");
}

TEST(item_rules, write_defaults) {
  EXPECT_EQ(row_of("Machine", R"({"id":"m"})"),
            R"({"name":null,"dnsName":null,"execName":null,"addresses":[],"id":"m"})");
  EXPECT_EQ(row_of("Instance", minimal()[3].item),
            R"({"name":"n","serviceId":"s","serviceTypeCode":"c","color":"","machineId":"m",)"
            R"("status":"Available","message":null,"renderDomain":null,"coordinateSpace":)"
            R"({"forward":"NegativeZ","right":"PositiveX","unitsPerMeter":1.0,"up":"PositiveY"},)"
            R"("colorScaling":"Normalized","clusterId":null,"id":"i"})");
}

TEST(item_rules, fill_up_objects) {
  EXPECT_THAT(row_of("Machine", R"({"id":"m","capabilities":{"bridging":true}})"),
              HasSubstr(R"("capabilities":{"assetSync":false,"bridging":true,"executorHost":false,)"
                        R"("multiPort":false,"multiVpn":false})"));
  json::document item = item_of("Instance");
  item.AddMember("coordinateSpace",
                 json::value(json::parse(R"({"right":"a","up":"b","forward":"c"})").value(),
                             item.GetAllocator()),
                 item.GetAllocator());
  EXPECT_THAT(row_of("Instance", json::write(item)),
              HasSubstr(R"({"forward":"c","right":"a","unitsPerMeter":1.0,"up":"b"})"));
}

TEST(item_rules, read_a_row_as_it_was_written) {
  for (const example& each : minimal()) {
    const std::string once = row_of(each.type, each.item);
    EXPECT_EQ(row_of(each.type, once), once);
  }
}

TEST(item_rules, name_the_parents) {
  const auto read =
      read_row("Pulse", json::parse(R"({"id":"p","emitterId":"e","data":1})").value());
  EXPECT_THAT(read.value().parents, ElementsAre("e", ""));
}

TEST(item_rules, store_what_else_the_core_knows_as_it_is) {
  EXPECT_EQ(row_of("Scene", R"({"id":"s","b":1,"a":2})"), R"({"a":2,"b":1,"id":"s"})");
  EXPECT_THAT(row_of("Scene", "{}"), HasSubstr("id is missing"));
}

TEST(item_rules, know_no_other_types) {
  for (const char* type : {"Alert", "Stream", "target", ""}) {
    EXPECT_THAT(row_of(type, R"({"id":"x"})"), HasSubstr("no such type")) << type;
  }
}

TEST(item_rules, strip_nul_wherever_it_is) {
  json::document item =
      json::parse(R"({"a":"\u0000x\u0000","b\u0000":[{"c":"y\u0000"}],"d":"z"})").value();
  strip_nul(item, item.GetAllocator());
  EXPECT_EQ(json::write(item), R"({"a":"x","b":[{"c":"y"}],"d":"z"})");
}

}  // namespace
}  // namespace gantry::myko
