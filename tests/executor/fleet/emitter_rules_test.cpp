#include "executor/fleet/emitter_rules.hpp"

#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using never = std::optional<std::chrono::milliseconds>;

emitter_rule rule(std::string match) {
  emitter_rule out;
  out.match = std::move(match);
  return out;
}

emitter_rule latest(std::string match) {
  emitter_rule out = rule(std::move(match));
  out.delivery = delivery::latest;
  return out;
}

TEST(EmitterRules, QueueWhatHappenedAndKeepTheLatestOfWhatIs) {
  const emitter_rules rules;
  for (const char* emitter : {"output", "run", "stop", "finish", "anything"}) {
    EXPECT_EQ(rules.policy_of("container/clock", emitter), emitter_policy()) << emitter;
    EXPECT_EQ(rules.policy_of("container/clock", emitter).delivery, delivery::queued) << emitter;
  }
  for (const char* emitter : {"state", "health", "stats"}) {
    EXPECT_EQ(rules.policy_of("container/clock", emitter).delivery, delivery::latest) << emitter;
    EXPECT_EQ(rules.policy_of("engine", emitter).delivery, delivery::latest) << emitter;
  }
  EXPECT_EQ(rules.policy_of("engine", "run").pulses_per_second, 60);
  EXPECT_TRUE(rules.policy_of("engine", "run").combine);
  EXPECT_EQ(rules.policy_of("engine", "run").ttl, std::nullopt);
}

TEST(EmitterRules, TakeRateAndCombineFromTheDefaults) {
  const emitter_rules rules({rule("container/*:output")},
                            {.pulses_per_second = 0.5, .combine = false});
  for (const char* path : {"container/a", "engine"}) {
    EXPECT_EQ(rules.policy_of(path, "output").pulses_per_second, 0.5);
    EXPECT_FALSE(rules.policy_of(path, "output").combine);
  }
}

TEST(EmitterRules, FitByThePatternOfTheWholeText) {
  const struct {
    const char* match;
    const char* path;
    const char* emitter;
    bool fits;
  } table[] = {
      {"container/web*:output", "container/web", "output", true},
      {"container/web*:output", "container/web-7", "output", true},
      {"container/web*:output", "container/web/1/x", "output", true},  // * spans /
      {"container/web*:output", "container/shop/web/1", "output", false},
      {"container/*web*:output", "container/shop/web/1", "output", true},
      {"container/web*:output", "container/web", "state", false},
      {"container/web", "container/web", "output", false},
      {"container/web*", "container/web", "output", true},  // and :
      {"*", "engine", "state", true},
      {"*:output", "container/a", "output", true},
      {"output", "container/a", "output", false},
      {"engine:*", "engine", "health", true},
      {"container/db[12]:run", "container/db2", "run", true},
      {"container/db[12]:run", "container/db3", "run", false},
      {"container/?:run", "container/a", "run", true},
      {"container/?:run", "container/ab", "run", false},
      {"Container/a:run", "container/a", "run", false},
      {"container/a:run", "container/a", "runs", false},
      {R"(container/\*:run)", "container/a", "run", false},
      {"container/[a:run", "container/a", "run", false},
      {"", "container/a", "run", false},
  };
  for (const auto& each : table) {
    emitter_rule only = rule(each.match);
    only.pulses_per_second = 7;
    const auto policy = emitter_rules({only}, {}).policy_of(each.path, each.emitter);
    EXPECT_EQ(policy.pulses_per_second == 7, each.fits) << each.match << " for " << each.path;
  }
}

TEST(EmitterRules, LetTheLaterWinKeyByKey) {
  emitter_rule all = rule("*");
  all.pulses_per_second = 10;
  all.combine = false;
  all.ttl = 10s;
  emitter_rule web = rule("container/web:*");
  web.pulses_per_second = 20;
  emitter_rule output = rule("*:output");
  output.ttl = 1min;
  output.combine = true;
  const emitter_rules rules({all, web, output}, {});
  using enum delivery;
  EXPECT_EQ(rules.policy_of("container/web", "output"), (emitter_policy{queued, 1min, 20, true}));
  EXPECT_EQ(rules.policy_of("container/web", "run"), (emitter_policy{queued, 10s, 20, false}));
  EXPECT_EQ(rules.policy_of("container/db", "output"), (emitter_policy{queued, 1min, 10, true}));
  const emitter_rules reversed({output, web, all}, {});
  EXPECT_EQ(reversed.policy_of("container/web", "output"),
            (emitter_policy{queued, 10s, 10, false}));
}

TEST(EmitterRules, TakeATtlBackWithNever) {
  emitter_rule ten = rule("*");
  ten.ttl = 10s;
  emitter_rule forever = rule("*:run");
  forever.ttl = never();
  const emitter_rules rules({ten, forever}, {});
  EXPECT_EQ(rules.policy_of("container/a", "run").ttl, std::nullopt);
  EXPECT_EQ(rules.policy_of("container/a", "output").ttl, 10s);
}

TEST(EmitterRules, KnowNoTtlOfTheLatest) {
  emitter_rule ten = rule("*");
  ten.ttl = 10s;
  const emitter_rules rules({ten, latest("*:output")}, {});
  EXPECT_EQ(rules.policy_of("container/a", "output").delivery, delivery::latest);
  EXPECT_EQ(rules.policy_of("container/a", "output").ttl, std::nullopt);
  EXPECT_EQ(rules.policy_of("container/a", "state").ttl, std::nullopt) << "latest by itself";
  emitter_rule queued = rule("container/a:*");
  queued.delivery = delivery::queued;
  const emitter_rules again({ten, latest("*"), queued}, {});
  EXPECT_EQ(again.policy_of("container/a", "state").delivery, delivery::queued);
  EXPECT_EQ(again.policy_of("container/a", "state").ttl, 10s) << "it was said, and counts again";
}

}  // namespace
}  // namespace gantry::fleet
