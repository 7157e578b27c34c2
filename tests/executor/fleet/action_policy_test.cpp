#include "executor/fleet/action_policy.hpp"

#include <gmock/gmock.h>

namespace gantry::fleet {
namespace {

using testing::HasSubstr;

TEST(ActionPolicy, HasWhatIsSafeForEverybodyAndNothingElse) {
  const action_policy policy;
  for (const verb_facts& each : all_verbs()) {
    EXPECT_EQ(policy.allows("container/web", each.what), each.by_default) << each.name;
  }
  EXPECT_TRUE(policy.allows("container/web", verb::unpause));
  EXPECT_FALSE(policy.allows("container/web", verb::exec));
  EXPECT_THAT(policy.why_not("container/web", verb::exec),
              HasSubstr("container/web:exec is off by default"));
}

TEST(ActionPolicy, HasMoreWhereTheConfigurationNamesIt) {
  const action_policy policy({.allow = {"container/web*:exec", "container/*:kill", "engine:pull"}});
  EXPECT_TRUE(policy.allows("container/web-1", verb::exec));
  EXPECT_FALSE(policy.allows("container/db", verb::exec));
  EXPECT_TRUE(policy.allows("container/shop/db/1", verb::kill));
  EXPECT_TRUE(policy.allows("engine", verb::pull));
  EXPECT_FALSE(policy.allows("engine", verb::configure));
}

TEST(ActionPolicy, DeniesOverAllElse) {
  const action_policy policy({.allow = {"*:remove"}, .deny = {"container/db:*", "*:restart"}});
  EXPECT_FALSE(policy.allows("container/db", verb::remove));
  EXPECT_FALSE(policy.allows("container/db", verb::run));
  EXPECT_TRUE(policy.allows("container/web", verb::remove));
  EXPECT_FALSE(policy.allows("container/web", verb::restart));
  EXPECT_THAT(policy.why_not("container/db", verb::run), HasSubstr("actions.deny"));
}

TEST(ActionPolicy, HasNothingWhenItOnlyReads) {
  const action_policy policy({.read_only = true, .allow = {"*"}});
  for (const verb_facts& each : all_verbs()) {
    EXPECT_FALSE(policy.allows("container/web", each.what)) << each.name;
  }
  EXPECT_THAT(policy.why_not("container/web", verb::run), HasSubstr("actions.read_only"));
}

TEST(ActionPolicy, IsNarrowedByALabelAndNeverWidened) {
  const action_policy policy({.allow = {"*:kill"}});
  EXPECT_TRUE(policy.allows("container/web", verb::run, "run, kill"));
  EXPECT_TRUE(policy.allows("container/web", verb::kill, "run, kill"));
  EXPECT_FALSE(policy.allows("container/web", verb::stop, "run, kill"));
  EXPECT_FALSE(policy.allows("container/web", verb::exec, "exec"));
  EXPECT_FALSE(policy.allows("container/web", verb::run, ""));
  EXPECT_FALSE(policy.allows("container/web", verb::run, "running"));
  EXPECT_THAT(policy.why_not("container/web", verb::stop, "run"), HasSubstr("gantry.actions"));
}

}  // namespace
}  // namespace gantry::fleet
