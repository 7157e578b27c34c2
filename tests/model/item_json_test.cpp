// The items of the wire, against the Entities table of the Myko protocol page and the seed
// document.
#include "model/item_json.hpp"

#include <gtest/gtest.h>

#include "model/json.hpp"
#include "samples.hpp"

namespace gantry::model {
namespace {

using namespace sample;

json::document parsed(const json::text& item) { return *json::parse(item.bytes); }

// The hash has tests of its own.
std::string without_hash(const json::text& item) {
  json::document all = parsed(item);
  all.EraseMember("hash");
  return json::write(all);
}

TEST(to_item, writes_a_machine) {
  EXPECT_EQ(without_hash(to_item(a_machine())),
            R"({"addresses":["10.0.0.7","fe80::1"],"clientId":"","dnsName":"host-1.example",)"
            R"("execName":"gantry","id":"host-1.example","name":"host-1"})");
}

TEST(to_item, writes_an_instance) {
  EXPECT_EQ(without_hash(to_item(an_instance())),
            R"({"clientId":"c-1","color":"#336699","id":"host-1:gantry","machineId":"host-1",)"
            R"("message":"all is well","name":"Gantry on host-1","serviceId":"gantry",)"
            R"("serviceTypeCode":"containers","status":"Available"})");
}

TEST(to_item, writes_a_target) {
  EXPECT_EQ(without_hash(to_item(a_target())),
            R"({"actionIds":["gantry:container/clock:run"],"bgColor":"#101010",)"
            R"("category":"container","emitterIds":["gantry:container/clock:output"],)"
            R"("fgColor":"#fefefe","id":"gantry:container/clock",)"
            R"("lastUpdated":"2026-11-21T09:00:00.000Z","name":"Clock – grüße",)"
            R"("parentTargets":["gantry:engine"],"rootLevel":false,"serviceId":"gantry",)"
            R"("subTargets":["gantry:container/sub"]})");
}

TEST(to_item, writes_a_target_status) {
  EXPECT_EQ(without_hash(to_item(a_status())),
            R"({"id":"host-1:gantry:gantry:container/clock","instanceId":"host-1:gantry",)"
            R"("status":"online","targetId":"gantry:container/clock"})");
}

TEST(to_item, writes_an_alert) {
  EXPECT_EQ(without_hash(to_item(an_alert())),
            R"({"code":"crash-loop","entityId":"gantry:container/clock","entityType":"Target",)"
            R"("id":"gantry:container/clockhost-1:gantry","instanceId":"host-1:gantry",)"
            R"("level":"error","message":"It ended 3 times – exit code 1.",)"
            R"("name":"gantry:container/clock:crash-loop"})");
}

TEST(to_item, writes_an_action_with_its_schema_as_an_object) {
  EXPECT_EQ(without_hash(to_item(an_action())),
            R"({"id":"gantry:container/clock:run","name":"run","schema":{"properties":)"
            R"({"a":{"type":"integer"},"b":{"type":"string"}},"type":"object"},)"
            R"("serviceId":"gantry","targetId":"gantry:container/clock"})");
}

TEST(to_item, writes_an_emitter_with_its_schema_as_an_object) {
  EXPECT_EQ(without_hash(to_item(an_emitter())),
            R"({"id":"gantry:container/clock:output","name":"output","schema":{"type":"object"},)"
            R"("serviceId":"gantry","targetId":"gantry:container/clock"})");
}

// The 2023 page: schema: string | null.
TEST(to_item, writes_a_schema_as_a_string_where_the_server_wants_one) {
  const auto action = parsed(to_item(an_action(), schema_form::string));
  const auto text = json::find_string(action, "schema");
  ASSERT_TRUE(text);
  EXPECT_EQ(json::canonical(*json::parse(*text)),
            json::canonical(*json::parse(an_action().schema->bytes)));
  const auto emitter = parsed(to_item(an_emitter(), schema_form::string));
  EXPECT_EQ(json::find_string(emitter, "schema"), R"({"type":"object"})");
}

TEST(to_item, gives_both_forms_of_a_schema_one_hash) {
  const auto object = parsed(to_item(an_action()));
  const auto string = parsed(to_item(an_action(), schema_form::string));
  EXPECT_EQ(json::find_string(object, "hash"), json::find_string(string, "hash"));
}

TEST(to_item, writes_null_for_a_missing_schema_in_both_forms) {
  action without = an_action();
  without.schema.reset();
  for (const schema_form form : {schema_form::object, schema_form::string}) {
    EXPECT_TRUE(json::find(parsed(to_item(without, form)), "schema")->IsNull());
  }
}

TEST(to_item, writes_a_pulse) {
  EXPECT_EQ(without_hash(to_item(a_pulse(), client_id("c-1"))),
            R"({"clientId":"c-1","data":{"text":"tick \"1\"\n","seq":1},)"
            R"("emitterId":"gantry:container/clock:output","id":"gantry:container/clock:output",)"
            R"("name":"gantry:container/clock:output","timestamp":1795251600000})");
  EXPECT_EQ(json::find_string(parsed(to_item(a_pulse())), "clientId"), "");
}

TEST(to_item, carries_the_content_hash) {
  const auto hash_of = [](const json::text& item) {
    return std::string(json::find_string(parsed(item), "hash").value_or(""));
  };
  EXPECT_EQ(hash_of(to_item(a_machine())), content_hash(a_machine()));
  EXPECT_EQ(hash_of(to_item(an_instance())), content_hash(an_instance()));
  EXPECT_EQ(hash_of(to_item(a_target())), content_hash(a_target()));
  EXPECT_EQ(hash_of(to_item(a_status())), content_hash(a_status()));
  EXPECT_EQ(hash_of(to_item(an_action())), content_hash(an_action()));
  EXPECT_EQ(hash_of(to_item(an_emitter())), content_hash(an_emitter()));
  EXPECT_EQ(hash_of(to_item(a_pulse())), content_hash(a_pulse()));
}

// ---- The strictest server: no null where a value is required, a hash on everything ------------

void expect_acceptable(const json::text& item) {
  const auto object = parsed(item);
  ASSERT_TRUE(object.IsObject()) << item.bytes;
  for (const auto& member : object.GetObject()) {
    const std::string_view name(member.name.GetString(), member.name.GetStringLength());
    if (name != "schema") {
      EXPECT_FALSE(member.value.IsNull()) << name << " in " << item.bytes;
    }
  }
  const auto hash = json::find_string(object, "hash");
  ASSERT_TRUE(hash) << item.bytes;
  EXPECT_FALSE(hash->empty());
  EXPECT_TRUE(json::find_string(object, "id")) << item.bytes;
}

TEST(to_item, satisfies_the_strictest_server_with_every_field_set) {
  expect_acceptable(to_item(a_machine()));
  expect_acceptable(to_item(an_instance()));
  expect_acceptable(to_item(a_target()));
  expect_acceptable(to_item(a_status()));
  expect_acceptable(to_item(an_alert()));
  expect_acceptable(to_item(an_action()));
  expect_acceptable(to_item(an_emitter()));
  expect_acceptable(to_item(a_pulse()));
}

TEST(to_item, satisfies_the_strictest_server_with_nothing_set) {
  expect_acceptable(to_item(machine{}));
  expect_acceptable(to_item(instance{}));
  expect_acceptable(to_item(target{}));
  expect_acceptable(to_item(target_status{}));
  expect_acceptable(to_item(action{}));
  expect_acceptable(to_item(emitter{}));
  expect_acceptable(to_item(pulse{.data = {"{}"}}));
}

TEST(to_item, escapes_what_strings_hold) {
  machine odd = a_machine();
  odd.name = std::string("a\"b\\c\n\0", 7);
  EXPECT_EQ(json::find_string(parsed(to_item(odd)), "name"), odd.name);
}

}  // namespace
}  // namespace gantry::model
