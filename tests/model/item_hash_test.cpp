// What a content hash covers: a test for each type. The known answers were computed apart from this
// code, with Python: sha256(json.dumps(item, sort_keys=True, separators=(",", ":"),
// ensure_ascii=False)) of the visible fields.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "model/item_json.hpp"
#include "model/json.hpp"
#include "samples.hpp"

namespace gantry::model {
namespace {

using namespace sample;

template <typename Item>
using edits = std::vector<std::pair<const char*, std::function<void(Item&)>>>;

// Each edit alone gives a hash that neither the original nor any other edit has.
template <typename Item>
void expect_each_changes_the_hash(const Item& original, const edits<Item>& all) {
  std::set<std::string> seen{content_hash(original)};
  for (const auto& [field, edit] : all) {
    Item changed = original;
    edit(changed);
    EXPECT_TRUE(seen.insert(content_hash(changed)).second) << field;
  }
}

TEST(content_hash, is_64_hex_digits) {
  EXPECT_THAT(content_hash(machine{}), testing::MatchesRegex("[0-9a-f]{64}"));
}

TEST(content_hash_of_a_machine, is_the_known_answer) {
  EXPECT_EQ(content_hash(a_machine()),
            "b0bbcd1c1fc3d9ee4e3cf98db552dd5b43953a8714c48c5905740a2df8937b5f");
}

TEST(content_hash_of_a_machine, covers_every_field) {
  expect_each_changes_the_hash<machine>(
      a_machine(),
      {
          {"id", [](auto& it) { it.id = machine_id("other"); }},
          {"name", [](auto& it) { it.name = "other"; }},
          {"dnsName", [](auto& it) { it.dns_name = "other"; }},
          {"execName", [](auto& it) { it.exec_name = "other"; }},
          {"addresses", [](auto& it) { it.addresses.pop_back(); }},
          {"their order", [](auto& it) { std::swap(it.addresses[0], it.addresses[1]); }},
      });
}

TEST(content_hash_of_an_instance, is_the_known_answer) {
  EXPECT_EQ(content_hash(an_instance()),
            "3ca6e15926705603a98bf38653e3a422d7ee16a867f995c365023398afc3fece");
}

// The client id too: after a reconnect a watcher would else keep the old one.
TEST(content_hash_of_an_instance, covers_every_field) {
  expect_each_changes_the_hash<instance>(
      an_instance(), {
                         {"id", [](auto& it) { it.id = instance_id("other"); }},
                         {"name", [](auto& it) { it.name = "other"; }},
                         {"serviceId", [](auto& it) { it.service = service_id("other"); }},
                         {"serviceTypeCode", [](auto& it) { it.service_type_code = "other"; }},
                         {"machineId", [](auto& it) { it.machine = machine_id("other"); }},
                         {"clientId", [](auto& it) { it.client = client_id("c-2"); }},
                         {"status", [](auto& it) { it.status = instance_status::error; }},
                         {"color", [](auto& it) { it.color = "#000000"; }},
                         {"message", [](auto& it) { it.message = "other"; }},
                     });
}

TEST(content_hash_of_a_target, is_the_known_answer) {
  EXPECT_EQ(content_hash(a_target()),
            "6f5088d267707f9a2af1774d6cba378667f8313a35a24f1bbd0bc7ced2d2476b");
}

TEST(content_hash_of_a_target, covers_every_field_that_a_watcher_can_see) {
  expect_each_changes_the_hash<target>(
      a_target(), {
                      {"id", [](auto& it) { it.id = target_id("other"); }},
                      {"name", [](auto& it) { it.name = "other"; }},
                      {"serviceId", [](auto& it) { it.service = service_id("other"); }},
                      {"category", [](auto& it) { it.category = "other"; }},
                      {"actionIds", [](auto& it) { it.actions.clear(); }},
                      {"emitterIds", [](auto& it) { it.emitters.clear(); }},
                      {"subTargets", [](auto& it) { it.sub_targets.clear(); }},
                      {"parentTargets", [](auto& it) { it.parent_targets.clear(); }},
                      {"bgColor", [](auto& it) { it.background = "#000000"; }},
                      {"fgColor", [](auto& it) { it.foreground = "#000000"; }},
                      {"rootLevel", [](auto& it) { it.root_level = true; }},
                  });
}

TEST(content_hash_of_a_target, does_not_cover_last_updated) {
  target later = a_target();
  later.last_updated = "2030-01-01T00:00:00.000Z";
  EXPECT_EQ(content_hash(later), content_hash(a_target()));
}

TEST(content_hash_of_a_target_status, is_the_known_answer) {
  EXPECT_EQ(content_hash(a_status()),
            "59687aed99182691c9e81d77712599d7e6edff64a44f830c83e743e2b56dd27d");
}

TEST(content_hash_of_a_target_status, covers_every_field) {
  expect_each_changes_the_hash<target_status>(
      a_status(), {
                      {"targetId", [](auto& it) { it.target = target_id("other"); }},
                      {"instanceId", [](auto& it) { it.instance = instance_id("other"); }},
                      {"status", [](auto& it) { it.status = liveness::offline; }},
                  });
}

TEST(content_hash_of_an_alert, is_the_known_answer) {
  EXPECT_EQ(content_hash(an_alert()),
            "d128caafc071a257037e9e0e704ddf75f27fdb89313393964e8bd4ae053e54df");
}

TEST(content_hash_of_an_alert, covers_every_field) {
  expect_each_changes_the_hash<alert>(
      an_alert(), {
                      {"entityId", [](auto& it) { it.entity = "other"; }},
                      {"entityType", [](auto& it) { it.subject = alert_subject::action; }},
                      {"instanceId", [](auto& it) { it.instance = instance_id("other"); }},
                      {"level", [](auto& it) { it.level = alert_level::warn; }},
                      {"message", [](auto& it) { it.message = "other"; }},
                      {"code", [](auto& it) { it.code = "other"; }},
                  });
}

template <typename Item>
edits<Item> edits_of_the_schemed() {
  return {
      {"id", [](auto& it) { it.id = decltype(it.id)("other"); }},
      {"name", [](auto& it) { it.name = "other"; }},
      {"targetId", [](auto& it) { it.target = target_id("other"); }},
      {"serviceId", [](auto& it) { it.service = service_id("other"); }},
      {"schema", [](auto& it) { it.schema->bytes = R"({"type":"string"})"; }},
      {"no schema", [](auto& it) { it.schema.reset(); }},
  };
}

TEST(content_hash_of_an_action, is_the_known_answer) {
  EXPECT_EQ(content_hash(an_action()),
            "65dc5aea5443bd2c299dc0e95f87aadc8e480986a1a0edde47da4b8f5c487682");
  action without = an_action();
  without.schema.reset();
  EXPECT_EQ(content_hash(without),
            "874df8f0eef7cefae1d9ff866a1d1745f22089534127e8fe7dd6c105a53731cb");
}

TEST(content_hash_of_an_action, covers_every_field) {
  expect_each_changes_the_hash(an_action(), edits_of_the_schemed<action>());
}

TEST(content_hash_of_an_action, does_not_depend_on_how_the_schema_is_written) {
  action other = an_action();
  other.schema->bytes =
      R"({"properties":{"a":{"type":"integer"},"b":{"type":"string"}},"type":"object"})";
  EXPECT_EQ(content_hash(other), content_hash(an_action()));
}

TEST(content_hash_of_an_emitter, is_the_known_answer) {
  EXPECT_EQ(content_hash(an_emitter()),
            "f7721bd39cf73beef9cb6f8c2781afd878818419b5d23a58774fba7fbb727dab");
}

TEST(content_hash_of_an_emitter, covers_every_field) {
  expect_each_changes_the_hash(an_emitter(), edits_of_the_schemed<emitter>());
}

TEST(content_hash_of_a_pulse, is_the_known_answer) {
  EXPECT_EQ(content_hash(a_pulse()),
            "e41d82e124060cd864566823eea58cc3823ee3127225580f91d3ee0a57d7fe80");
}

TEST(content_hash_of_a_pulse, covers_every_field) {
  expect_each_changes_the_hash<pulse>(
      a_pulse(), {
                     {"emitterId", [](auto& it) { it.emitter = emitter_id("other"); }},
                     {"data", [](auto& it) { it.data.bytes = "{}"; }},
                     {"timestamp", [](auto& it) { ++it.timestamp; }},
                     {"sequence", [](auto& it) { ++it.sequence; }},
                 });
}

// A line that is printed twice is two pulses, and watchers hear of both.
TEST(content_hash_of_a_pulse, is_different_for_equal_lines) {
  pulse again = a_pulse();
  ++again.sequence;
  EXPECT_EQ(again.data, a_pulse().data);
  EXPECT_NE(content_hash(again), content_hash(a_pulse()));
}

TEST(content_hash_of_a_pulse, is_the_same_when_it_is_sent_on_another_connection) {
  const auto hash_in = [](const json::text& item) {
    return std::string(*json::find_string(*json::parse(item.bytes), "hash"));
  };
  EXPECT_EQ(hash_in(to_item(a_pulse(), client_id("c-1"))),
            hash_in(to_item(a_pulse(), client_id("c-2"))));
}

}  // namespace
}  // namespace gantry::model
