// What the rust server demands of an item.
#include "myko/server/item_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "model/item_json.hpp"

namespace gantry::myko {
namespace {

using testing::HasSubstr;
using testing::Optional;

struct example {
  const char* type;
  std::string item;
};

// One item of each type, with nothing that could be left out.
const std::vector<example>& minimal() {
  static const std::vector<example> all{
      {"Machine", R"({"id":"m","name":"m","execName":"e","addresses":["a"],"clientId":""})"},
      {"Instance", R"({"id":"i","name":"n","hash":"h","serviceId":"s","serviceTypeCode":"c",)"
                   R"("status":"Available","machineId":"m","color":"#ff0000"})"},
      {"Target",
       R"({"id":"t","name":"n","hash":"h","serviceId":"s","category":"c","rootLevel":true})"},
      {"TargetStatus",
       R"({"id":"i:t","hash":"h","targetId":"t","instanceId":"i","status":"online"})"},
      {"Action", R"({"id":"a","name":"n","hash":"h","targetId":"t","serviceId":"s"})"},
      {"Emitter", R"({"id":"e","name":"n","hash":"h","targetId":"t","serviceId":"s"})"},
      {"Pulse", R"({"id":"e","hash":"h","emitterId":"e","data":{},"timestamp":1,"clientId":"c"})"},
      {"Alert", R"({"id":"x","name":"n","hash":"h","entityId":"t","entityType":"Target",)"
                R"("instanceId":"i","level":"warn","message":"m","code":"c"})"},
  };
  return all;
}

json::document item_of(const char* type) {
  for (const example& each : minimal()) {
    if (std::string_view(each.type) == type) return json::parse(each.item).value();
  }
  throw std::logic_error(type);
}

void set(json::document& item, const char* key, const char* text) {
  json::document value = json::parse(text).value();
  item.EraseMember(key);
  item.AddMember(rapidjson::StringRef(key), json::value(value, item.GetAllocator()),
                 item.GetAllocator());
}

TEST(item_rules, accept_an_item_with_just_what_is_required) {
  for (const example& each : minimal()) {
    EXPECT_EQ(violation(each.type, json::parse(each.item).value()), std::nullopt) << each.type;
  }
}

TEST(item_rules, miss_every_required_field) {
  for (const example& each : minimal()) {
    const json::document whole = json::parse(each.item).value();
    for (const auto& member : whole.GetObject()) {
      json::document item = json::parse(each.item).value();
      item.EraseMember(member.name);
      EXPECT_THAT(violation(each.type, item),
                  Optional(HasSubstr(std::string(member.name.GetString()) + " is missing")))
          << each.type;
    }
  }
}

TEST(item_rules, refuse_null_for_every_required_value) {
  for (const example& each : minimal()) {
    const json::document whole = json::parse(each.item).value();
    for (const auto& member : whole.GetObject()) {
      const std::string_view name = member.name.GetString();
      if (name == "data") continue;  // any value at all
      json::document item = json::parse(each.item).value();
      item[member.name].SetNull();
      EXPECT_TRUE(violation(each.type, item)) << each.type << " " << name;
    }
  }
}

TEST(item_rules, refuse_wrong_types_and_names) {
  const auto refused = [](const char* type, const char* key, const char* value) {
    json::document item = item_of(type);
    set(item, key, value);
    return violation(type, item).has_value();
  };
  EXPECT_TRUE(refused("Target", "rootLevel", R"("true")"));
  EXPECT_TRUE(refused("Target", "hash", R"("")"));
  EXPECT_TRUE(refused("Target", "actionIds", "null"));
  EXPECT_TRUE(refused("Target", "parentTargets", "[1]"));
  EXPECT_TRUE(refused("TargetStatus", "status", R"("Online")"));
  EXPECT_TRUE(refused("Instance", "status", R"("available")"));
  EXPECT_TRUE(refused("Instance", "message", "7"));
  EXPECT_TRUE(refused("Machine", "addresses", R"("127.0.0.1")"));
  EXPECT_TRUE(refused("Action", "schema", R"("{}")"));
  EXPECT_TRUE(refused("Pulse", "timestamp", "1.5"));
  EXPECT_TRUE(refused("Pulse", "emitterId", R"("another")"));
}

TEST(item_rules, accept_what_may_be_null_or_more) {
  const auto accepted = [](const char* type, const char* key, const char* value) {
    json::document item = item_of(type);
    set(item, key, value);
    return !violation(type, item).has_value();
  };
  EXPECT_TRUE(accepted("Action", "schema", "null"));
  EXPECT_TRUE(accepted("Emitter", "schema", "{}"));
  EXPECT_TRUE(accepted("Instance", "clusterId", "null"));
  EXPECT_TRUE(accepted("Pulse", "data", "null"));
  EXPECT_TRUE(accepted("Target", "unheardOf", "{}"));
}

TEST(item_rules, know_no_other_types) {
  EXPECT_THAT(violation("Stream", json::parse("{}").value()), Optional(HasSubstr("no such type")));
}

// What this project's executor publishes has to pass.
TEST(item_rules, accept_the_items_of_the_model) {
  const auto accepted = [](const char* type, const json::text& item) {
    return violation(type, json::parse(item.bytes).value());
  };
  const model::target_id target("s:t");
  EXPECT_EQ(accepted("Machine", model::to_item(model::machine{model::machine_id("m")})),
            std::nullopt);
  model::instance instance;
  instance.id = model::instance_id("m:s");
  instance.service = model::service_id("s");
  instance.machine = model::machine_id("m");
  EXPECT_EQ(accepted("Instance", model::to_item(instance)), std::nullopt);
  model::target container;
  container.id = target;
  container.service = instance.service;
  EXPECT_EQ(accepted("Target", model::to_item(container)), std::nullopt);
  model::target_status status{target, instance.id, model::liveness::online};
  EXPECT_EQ(accepted("TargetStatus", model::to_item(status)), std::nullopt);
  model::alert alert{.entity = target.value, .instance = instance.id, .code = "c"};
  EXPECT_EQ(accepted("Alert", model::to_item(alert)), std::nullopt);
  model::action run{model::action_id("s:t:run"), "run", target, instance.service, std::nullopt};
  EXPECT_EQ(accepted("Action", model::to_item(run)), std::nullopt);
  model::emitter output{model::emitter_id("s:t:o"), "o", target, instance.service,
                        json::text{"{}"}};
  EXPECT_EQ(accepted("Emitter", model::to_item(output)), std::nullopt);
  model::pulse pulse{output.id, json::text{"{}"}, 1, 1};
  EXPECT_EQ(accepted("Pulse", model::to_item(pulse)), std::nullopt);
}

TEST(item_rules, strip_nul_wherever_it_is) {
  json::document item =
      json::parse(R"({"a":"\u0000x\u0000","b":[{"c":"y\u0000"}],"d":"z"})").value();
  strip_nul(item, item.GetAllocator());
  EXPECT_EQ(json::write(item), R"({"a":"x","b":[{"c":"y"}],"d":"z"})");
}

}  // namespace
}  // namespace gantry::myko
