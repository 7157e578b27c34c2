// The two lines of entities differ where they are known to.
#include "tests/support/entity_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/item_json.hpp"
#include "model/json.hpp"

namespace gantry::test {
namespace {

using testing::HasSubstr;
using testing::Optional;

std::optional<std::string> wrong(const char* type, const char* item, auto line) {
  return line(type, json::parse(item).value());
}

TEST(entity_lines, of_2026_want_no_hash_and_a_readable_schema) {
  const char* bare = R"({"id":"e","name":"n","targetId":"t","serviceId":"s"})";
  EXPECT_EQ(wrong("Emitter", bare, wrong_for_2026), std::nullopt);
  EXPECT_THAT(wrong("Emitter", bare, wrong_for_688), Optional(HasSubstr("hash is missing")));
  const char* types = R"({"id":"e","hash":"h","name":"n","targetId":"t","serviceId":"s",)"
                      R"("schema":{"type":["integer","null"]}})";
  EXPECT_EQ(wrong("Emitter", types, wrong_for_688), std::nullopt);
  EXPECT_THAT(wrong("Emitter", types, wrong_for_2026), Optional(HasSubstr("is no string")));
  EXPECT_THAT(wrong("Emitter", types, wrong_for_any_line), Optional(HasSubstr("4.0.0")));
}

TEST(entity_lines, of_688_want_colours_relations_and_level) {
  const json::document whole =
      json::parse(R"({"id":"t","hash":"h","name":"n","serviceId":"s","category":"c",)"
                  R"("rootLevel":true,"actionIds":[],"emitterIds":[],"subTargets":[],)"
                  R"("parentTargets":[],"bgColor":"#fff","fgColor":"#000"})")
          .value();
  EXPECT_EQ(wrong_for_any_line("Target", whole), std::nullopt);
  for (const char* key : {"hash", "actionIds", "emitterIds", "subTargets", "parentTargets",
                          "bgColor", "fgColor", "rootLevel"}) {
    json::document item;
    item.CopyFrom(whole, item.GetAllocator());
    item.EraseMember(key);
    EXPECT_EQ(wrong_for_2026("Target", item), std::nullopt) << key;
    EXPECT_THAT(wrong_for_688("Target", item), Optional(HasSubstr(key)));
  }
}

TEST(entity_lines, have_no_alerts) {
  for (const auto line : {wrong_for_2026, wrong_for_688}) {
    EXPECT_THAT(wrong("Alert", R"({"id":"a"})", line), Optional(HasSubstr("no such type")));
  }
}

// What this project's executor publishes has to pass.
TEST(entity_lines, take_the_items_of_the_model) {
  const auto taken = [](const char* type, const json::text& item) {
    return wrong_for_any_line(type, json::parse(item.bytes).value());
  };
  const model::target_id target("s:t");
  EXPECT_EQ(taken("Machine", model::to_item(model::machine{model::machine_id("m")})), std::nullopt);
  model::instance instance;
  instance.id = model::instance_id("m:s");
  instance.service = model::service_id("s");
  instance.machine = model::machine_id("m");
  EXPECT_EQ(taken("Instance", model::to_item(instance)), std::nullopt);
  model::target container;
  container.id = target;
  container.service = instance.service;
  EXPECT_EQ(taken("Target", model::to_item(container)), std::nullopt);
  model::target_status status{target, instance.id, model::liveness::online};
  EXPECT_EQ(taken("TargetStatus", model::to_item(status)), std::nullopt);
  model::action run{model::action_id("s:t:run"), "run", target, instance.service, std::nullopt};
  EXPECT_EQ(taken("Action", model::to_item(run)), std::nullopt);
  model::emitter output{model::emitter_id("s:t:o"), "o", target, instance.service,
                        json::text{"{}"}};
  EXPECT_EQ(taken("Emitter", model::to_item(output)), std::nullopt);
  model::pulse pulse{output.id, json::text{"{}"}, 1, 1};
  EXPECT_EQ(taken("Pulse", model::to_item(pulse)), std::nullopt);
}

}  // namespace
}  // namespace gantry::test
