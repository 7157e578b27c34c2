// Actions on the engine as such, as the core asks for them.
#include "executor/fleet/root_orders.hpp"

#include <gmock/gmock.h>

#include "tests/executor/fleet/stage.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::Not;

const std::string image = R"({"image":"registry.test/app:1"})";

void allow_all(stage& stage) {
  action_rules rules;
  rules.allow = {"engine:*"};
  stage.config.actions = action_policy(rules);
}

std::string alert_of_engine(const stage& stage) {
  for (const auto& [id, each] : stage.core.published.alerts) {
    if (each.entity == "svc:engine") return each.code;
  }
  return "";
}

TEST(RootOrders, RefreshInspectsAllContainers) {
  stage stage;
  stage.engine.make("clock");
  stage.engine.make("other");
  stage.begin();
  stage.settle();
  const int before = stage.engine.count("inspect clock");
  EXPECT_EQ(stage.until_answered(stage.act("engine", "refresh")),
            R"({"containers":2,"message":"2 containers of the engine are being inspected",)"
            R"("ok":true})");
  stage.until([&] { return stage.engine.count("inspect clock") > before; }, "an inspection");
}

TEST(RootOrders, RefreshFindsWhatNoEventToldOf) {
  stage stage;
  stage.begin();
  stage.engine.lose_events = true;
  stage.engine.make("late");
  stage.settle();
  ASSERT_FALSE(stage.is_published("container/late"));
  stage.until_answered(stage.act("engine", "refresh"));
  stage.until([&] { return stage.is_published("container/late"); }, "the new one");
}

TEST(RootOrders, RefreshWaitsForTheLookThatIsUnderWay) {
  stage stage;
  stage.begin();
  stage.engine.hold("list");
  const auto first = stage.act("engine", "refresh");
  const auto second = stage.act("engine", "refresh");
  stage.settle();
  const int lists = stage.engine.count("list");
  stage.engine.make("late");
  stage.engine.release("list");
  EXPECT_THAT(stage.until_answered(first), HasSubstr(R"("ok":true)"));
  EXPECT_THAT(stage.until_answered(second), HasSubstr(R"("containers":1)"));
  EXPECT_EQ(stage.engine.count("list"), lists + 1);
}

TEST(RootOrders, RefreshFailsWithTheEngine) {
  stage stage;
  stage.begin();
  stage.engine.hold("list");
  const auto ticket = stage.act("engine", "refresh");
  stage.settle();
  stage.engine.go_away();
  EXPECT_THAT(stage.until_answered(ticket), HasSubstr("error: refresh failed: "));
  stage.until([&] { return !stage.is_online("engine"); }, "the engine is away");
  EXPECT_THAT(stage.answer(stage.act("engine", "refresh")), HasSubstr("does not answer"));
}

TEST(RootOrders, ConfigureSetsWhatIsNamedAndSaysWhatHolds) {
  stage stage;
  allow_all(stage);
  std::string level;
  stage.config.set_log_level = [&level](const std::string& to) { level = to; };
  stage.begin();
  EXPECT_THAT(stage.answer(stage.act("engine", "configure", R"({"logLevel":"debug"})")),
              AllOf(HasSubstr(R"("changed":true)"), HasSubstr(R"("set":{"logLevel":"debug"})"),
                    HasSubstr(R"({"logLevel":"debug","lookAgainEvery":30,"statsEvery":10})")));
  EXPECT_EQ(level, "debug");
  level.clear();
  EXPECT_THAT(
      stage.answer(stage.act("engine", "configure", R"({"lookAgainEvery":7,"statsEvery":3})")),
      HasSubstr(R"("holds":{"logLevel":"debug","lookAgainEvery":7,"statsEvery":3})"));
  EXPECT_EQ(level, "") << "only what is named";
  EXPECT_THAT(stage.answer(stage.act("engine", "configure")), HasSubstr(R"("changed":false)"));
}

TEST(RootOrders, PullsWithTheLoginOfTheMomentWhichNobodyHearsOf) {
  stage stage;
  allow_all(stage);
  stage.config.docker_config = [] {
    return R"({"auths":{"registry.test":{"username":"u","password":"secret"}}})";
  };
  stage.begin();
  EXPECT_THAT(stage.until_answered(stage.act("engine", "pull", image)),
              HasSubstr("image registry.test/app:1 was pulled"));
  EXPECT_THAT(stage.engine.asked, Contains("pull registry.test/app:1"));
  EXPECT_NE(stage.engine.pulled_with, "");
  EXPECT_THAT(stage.log,
              Each(AllOf(Not(HasSubstr("secret")), Not(HasSubstr(stage.engine.pulled_with)))));
}

TEST(RootOrders, PullsWithoutALoginWhenDockersFileCannotBeUsed) {
  stage stage;
  allow_all(stage);
  stage.config.docker_config = [] { return "secret"; };
  stage.begin();
  EXPECT_THAT(stage.until_answered(stage.act("engine", "pull", image)), HasSubstr("was pulled"));
  EXPECT_EQ(stage.engine.pulled_with, "");
  EXPECT_THAT(stage.log, Contains(AllOf(HasSubstr("without a login"), Not(HasSubstr("secret")))));
}

TEST(RootOrders, AFailedPullIsAnAlertUntilTheImageIsPulled) {
  stage stage;
  allow_all(stage);
  stage.engine.pull_error = "manifest unknown";
  stage.begin();
  const std::string why =
      "image registry.test/app:1 could not be pulled: manifest unknown; check the image's name "
      "and tag";
  EXPECT_EQ(stage.until_answered(stage.act("engine", "pull", image)), "error: " + why);
  EXPECT_THAT(stage.log, Contains(why));
  stage.until([&] { return alert_of_engine(stage) == "pull-failed"; }, "the alert");
  stage.engine.pull_error.clear();
  stage.until_answered(stage.act("engine", "pull", image));
  stage.until([&] { return alert_of_engine(stage).empty(); }, "its end");
}

TEST(RootOrders, APullWithoutProgressIsGivenUp) {
  for (const char* silent : {"pull", "layer"}) {
    stage stage;
    allow_all(stage);
    stage.config.pulls.without_progress = 30ms;
    stage.begin();
    stage.engine.hold(silent);
    EXPECT_THAT(stage.until_answered(stage.act("engine", "pull", image)),
                HasSubstr("no progress for 30 ms; check that"))
        << silent;
  }
}

TEST(RootOrders, APullThatGoesOnTooLongIsGivenUp) {
  stage stage;
  allow_all(stage);
  stage.config.pulls.whole = 30ms;
  stage.engine.endless_pull = true;
  stage.begin();
  EXPECT_THAT(stage.until_answered(stage.act("engine", "pull", image)),
              HasSubstr("took longer than 30 ms"));
}

TEST(RootOrders, RefusesMorePullsThanMayBeUnderWay) {
  stage stage;
  allow_all(stage);
  stage.begin();
  stage.engine.hold("pull");
  std::vector<std::uint64_t> tickets;
  for (int at = 0; at < root_orders::under_way_max; ++at) {
    tickets.push_back(stage.act("engine", "pull", image));
  }
  stage.settle();
  EXPECT_THAT(stage.answer(stage.act("engine", "pull", image)), HasSubstr("busy: 8"));
  stage.engine.release("pull");
  for (const auto ticket : tickets) {
    EXPECT_THAT(stage.until_answered(ticket), HasSubstr("was pulled"));
  }
}

TEST(RootOrders, RefusesWhatThePolicyDoesNotAllow) {
  stage stage;
  stage.begin();
  for (const char* verb : {"pull", "configure"}) {
    const std::string data = verb == std::string("pull") ? image : "{}";
    EXPECT_THAT(stage.answer(stage.act("engine", verb, data)), HasSubstr("error: ")) << verb;
  }
  EXPECT_EQ(stage.engine.count("pull registry.test/app:1"), 0);
  EXPECT_THAT(stage.answer(stage.act("engine", "dance")), HasSubstr("there is no action"));
}

TEST(RootOrders, EndsWithAPullUnderWay) {
  stage stage;
  allow_all(stage);
  stage.begin();
  stage.engine.hold("layer");
  stage.act("engine", "pull", image);
  stage.settle();
}

}  // namespace
}  // namespace gantry::fleet
