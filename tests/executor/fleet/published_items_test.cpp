// Every item that is published satisfies both lines of the rust generation's entities.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "executor/fleet/roster.hpp"
#include "executor/fleet/slot_catalogue.hpp"
#include "model/item_json.hpp"
#include "model/json.hpp"
#include "tests/executor/fleet/containers.hpp"
#include "tests/support/entity_lines.hpp"

namespace gantry::fleet {
namespace {

instance_identity self() {
  instance_identity out;
  out.machine.id = model::machine_id("host");
  out.machine.name = "host";
  out.instance.service = model::service_id("svc");
  out.instance.id = model::make_instance_id(out.machine.id, out.instance.service);
  out.instance.machine = out.machine.id;
  out.engine_name = "Containers on host";
  return out;
}

slots::slot_template slot(std::string name, slots::output_form output,
                          std::optional<json::text> input = std::nullopt) {
  slots::slot_template out;
  out.name = std::move(name);
  out.image = "busybox";
  out.output = output;
  out.input = std::move(input);
  return out;
}

// Slots whose authors wrote what a JSON Schema may have and a core does not take.
std::vector<slots::slot_template> slots_of_authors() {
  return {
      slot("any", slots::output_form::text),
      slot("json", slots::output_form::json),
      slot("numbered", slots::output_form::numbered),
      slot("plain", slots::output_form::text,
           json::text{R"({"type":"object","properties":{"n":{"type":"integer"}}})"}),
      slot("types", slots::output_form::text,
           json::text{R"({"type":"object","properties":{"n":{"type":["integer","null"]}}})"}),
      slot("bool", slots::output_form::json,
           json::text{R"({"type":"object","properties":{"a":true,"l":{"items":[{}]}}})"}),
  };
}

// Of everything that there is: an engine, a project, containers, one that is gone, slots, and all
// actions allowed.
model::catalogue everything() {
  const action_policy all({.read_only = false, .allow = {"*:*"}, .deny = {}});
  roster known(self(), {}, "own", all);
  known.set_engine(engine_state::answers, "");
  known.set_stats([](const std::string&) { return true; });
  known.set_containers({container("1", "clock"), container("2", "x", compose("shop", "web")),
                        container("3", "gone")});
  known.remove_container("3");
  model::catalogue out = known.catalogue("2026-11-30T10:00:00.000Z");
  const slot_catalogue slots(slots_of_authors(), schema_words::titles);
  slots.add_to(out, all, true, "2026-11-30T10:00:00.000Z");
  return out;
}

void expect_both_lines(std::string_view type, const json::text& item) {
  const auto wrong = test::wrong_for_any_line(type, json::parse(item.bytes).value());
  EXPECT_FALSE(wrong) << *wrong;
}

TEST(PublishedItems, SatisfyBothLinesOfTheRustGeneration) {
  const model::catalogue all = everything();
  expect_both_lines("Machine", model::to_item(all.machine));
  expect_both_lines("Instance", model::to_item(all.instance));
  for (const auto& [id, each] : all.targets) expect_both_lines("Target", model::to_item(each));
  for (const auto& [id, each] : all.actions) expect_both_lines("Action", model::to_item(each));
  for (const auto& [id, each] : all.emitters) expect_both_lines("Emitter", model::to_item(each));
  for (const auto& [id, each] : all.statuses) {
    expect_both_lines("TargetStatus", model::to_item(each));
  }
  EXPECT_GT(all.actions.size(), 20U);
  EXPECT_GT(all.emitters.size(), 30U);
}

TEST(PublishedItems, SatisfyThemAsPulses) {
  for (const char* data : {"null", "{}", R"({"seq":1,"text":"a"})", "7"}) {
    const model::pulse one{model::emitter_id("svc:a:output"), json::text{data}, 1, 1};
    expect_both_lines("Pulse", model::to_item(one));
  }
}

}  // namespace
}  // namespace gantry::fleet
