// Every schema that gantry publishes is one that every core takes.
#include <gmock/gmock.h>

#include <array>
#include <set>

#include "executor/fleet/roster.hpp"
#include "executor/fleet/schemas.hpp"
#include "executor/fleet/slot_catalogue.hpp"
#include "executor/fleet/slot_schemas.hpp"
#include "executor/fleet/target_paths.hpp"
#include "model/json.hpp"
#include "tests/executor/fleet/containers.hpp"
#include "tests/support/published_schema.hpp"

namespace gantry::fleet {
namespace {

using slots::output_form;
using test::published_schema_problem;
using testing::HasSubstr;
using testing::Not;

constexpr std::array forms{output_form::text, output_form::json, output_form::numbered};

// Of all that this gantry can publish: each action, emitter and form of slot.
model::catalogue everything(schema_words words = schema_words::titles) {
  instance_identity self;
  self.instance.service = model::service_id("svc");
  self.instance.id = model::instance_id("svc");
  action_rules rules;
  rules.allow = {"*"};
  roster roster(self, {}, "", action_policy(rules));
  roster.set_stats([](const std::string&) { return true; });
  roster.set_schema_words(words);
  roster.set_containers({container("1", "clock"), container("2", "x", compose("shop", "web"))});
  model::catalogue out = roster.catalogue("now");
  std::vector<slots::slot_template> templates;
  for (const output_form form : forms) {
    slots::slot_template slot;
    slot.name = "plain" + std::to_string(templates.size());
    slot.output = form;
    templates.push_back(slot);
    slot.name = "with-input" + std::to_string(templates.size());
    slot.input = json::text{R"({"type":"object","properties":{"n":{"type":["integer","null"],)"
                            R"("description":"How many"},"any":true},"oneOf":[{"required":["n"]}],)"
                            R"("additionalProperties":false})"};
    templates.push_back(slot);
  }
  slot_catalogue(templates, words).add_to(out, roster.policy(), true, "now");
  return out;
}

TEST(PublishedSchemas, AreWhatEveryCoreTakes) {
  const auto all = everything();
  std::set<std::string> verbs;
  for (const auto& [id, each] : all.actions) {
    verbs.insert(each.name);
    EXPECT_EQ(published_schema_problem(*each.schema), std::nullopt) << id.value;
  }
  for (const verb_facts& each : all_verbs()) {
    EXPECT_TRUE(verbs.contains(shown_name(each.name))) << each.name;
  }
  std::set<std::string> emitters;
  for (const auto& [id, each] : all.emitters) {
    emitters.insert(each.name);
    EXPECT_EQ(published_schema_problem(*each.schema), std::nullopt) << id.value;
  }
  EXPECT_THAT(emitters, testing::IsSupersetOf({"Output", "Run", "Stop", "Finish", "State", "Health",
                                               "Stats", "Engine", "Error"}));
}

TEST(PublishedSchemas, HaveDescriptionsWhereTheyAreAskedFor) {
  std::string said;
  const auto all = everything(schema_words::descriptions);
  const auto look = [&](const std::string& id, const json::text& schema) {
    EXPECT_EQ(published_schema_problem(schema, test::descriptions::allowed), std::nullopt) << id;
    said += schema.bytes;
  };
  for (const auto& [id, each] : all.actions) look(id.value, *each.schema);
  for (const auto& [id, each] : all.emitters) look(id.value, *each.schema);
  EXPECT_THAT(said, HasSubstr("Time to end by itself before it is killed."));
  EXPECT_THAT(said, HasSubstr(R"("description":"How many")")) << "of a slot's author";
  EXPECT_THAT(said, HasSubstr("null: the engine cannot tell."));
}

TEST(PublishedSchemas, NameTheirMembers) {
  for (const verb_facts& each : all_verbs()) {
    const auto schema = json::parse(action_schema(each.what).published(schema_words::titles).bytes);
    EXPECT_EQ(json::find(*schema, "properties") == nullptr,
              action_schema(each.what).members().empty());
  }
  for (const output_form form : forms) {
    for (const auto name : {emitter_names::output, emitter_names::error, emitter_names::run,
                            emitter_names::stop, emitter_names::finish}) {
      if (form == output_form::json && name == emitter_names::output) continue;
      const auto schema =
          json::parse(slot_emitter_schema(form, name).published(schema_words::titles).bytes);
      const json::value& members = *json::find(*schema, "properties");
      for (const char* each : {"run", "seq", "suppressed", "reason"}) {
        EXPECT_NE(json::find(members, each), nullptr) << name << " " << each;
      }
    }
  }
  EXPECT_THROW((void)slot_emitter_schema(output_form::text, "dance"), std::logic_error);
}

TEST(PublishedSchemas, OfferAChoiceThatBeginsWithNone) {
  EXPECT_THAT(
      action_schema(verb::configure).published(schema_words::titles).bytes,
      HasSubstr(R"("enum":["","debug","info","warning","error"],)"
                R"("oneOf":[{"const":"","title":"Keep"},{"const":"debug","title":"Debug"},)"));
}

// The checks behind them are stricter, and the core never sees them.
TEST(PublishedSchemas, DifferFromWhatIsChecked) {
  const object_schema& stop = emitter_schema(emitter_names::stop);
  EXPECT_THAT(stop.checked().bytes, HasSubstr(R"("exitCode":{"type":["integer","null"]})"));
  EXPECT_THAT(stop.checked().bytes, HasSubstr(R"("additionalProperties":false)"));
  EXPECT_NE(published_schema_problem(stop.checked()), std::nullopt);
  EXPECT_THAT(stop.published(schema_words::titles).bytes,
              HasSubstr(R"("exitCode":{"type":"integer","title":"Exit code"})"));
}

// ---- The builder --------------------------------------------------------------------------------

TEST(SchemaBuilder, ReplacesMembersOfTheSameName) {
  using value = value_schema;
  const object_schema first({{"a", value::text("A")}, {"b", value::integer("B")}});
  EXPECT_EQ(first.with({{"a", value::toggle("C"), true}, {"d", value::any("D")}})
                .published(schema_words::titles)
                .bytes,
            R"({"type":"object","properties":{"a":{"type":"boolean","title":"C"},)"
            R"("b":{"type":"integer","title":"B"},"d":{"title":"D"}},"required":["a"]})");
}

TEST(SchemaBuilder, KnowsWhatIsNotGiven) {
  using value = value_schema;
  const auto given = [](const value& of, const char* data) {
    return !of.is_not_given(json::parse(data).value());
  };
  for (const char* unset : {"null", "0", "0.0", "\"\"", "[]"}) {
    for (const value& each : {value::integer("x"), value::text("x"), value::toggle("x"),
                              value::list("x", value::text("y"))}) {
      EXPECT_FALSE(given(each, unset)) << unset;
    }
  }
  for (const char* set : {"1", "-1", "\"x\"", "[0]", "{}", "true"}) {
    EXPECT_TRUE(given(value::integer("x"), set)) << set;
  }
  EXPECT_TRUE(given(value::text("x").or_empty(), "\"\""));
  EXPECT_FALSE(given(value::text("x").or_empty(), "null"));
  for (const char* set : {"0", "false", "\"\"", "[]"}) {
    EXPECT_TRUE(given(value::any("x"), set)) << set << ": of no type null alone is none";
  }
  EXPECT_FALSE(given(value::any("x"), "null"));
}

// The rule that all the others are held to finds something.
TEST(PublishedSchemaProblem, FindsWhatCoresDoNotTake) {
  for (
      const char* bad :
      {"[]",
       "7",
       R"({"type":"array"})",
       R"({"type":["object"]})",
       "{}",
       R"({"type":"object","properties":{"n":true}})",
       R"({"type":"object","properties":{"n":{"type":["integer","null"]}}})",
       R"({"type":"object","properties":{"n":{"type":"whole"}}})",
       R"({"type":"object","properties":{"n":{"items":[]}}})",
       R"({"type":"object","properties":{"n":{"items":{"type":7}}}})",
       R"({"type":"object","properties":{"n":{"title":""}}})",
       R"({"type":"object","properties":{"n":{"title":"12345678901234567890123456789012345678901"}}})",
       R"({"type":"object","properties":{"n":{"description":"d"}}})",
       R"({"type":"object","properties":{"n":{"oneOf":[{"const":"a","title":"A"}]}}})",
       R"({"type":"object","properties":{"n":{"enum":["b"],"oneOf":[{"const":"a","title":"A"}]}}})",
       R"({"type":"object","properties":{"n":{"enum":[1],"oneOf":[{"const":1,"title":"A"}]}}})",
       R"({"type":"object","properties":{"n":{"anyOf":[{}]}}})",
       R"({"type":"object","properties":{"n":{"$ref":"#"}}})",
       R"({"type":"object","oneOf":[{"const":"a","title":"A"}],"enum":["a"]})",
       R"({"type":"object","additionalProperties":false})"}) {
    EXPECT_NE(published_schema_problem(json::text{bad}), std::nullopt) << bad;
  }
  EXPECT_THAT(*published_schema_problem(
                  json::text{R"({"type":"object","properties":{"n":{"items":{"type":["x"]}}}})"}),
              HasSubstr("#/properties/n/items: type must be one string"));
}

}  // namespace
}  // namespace gantry::fleet
