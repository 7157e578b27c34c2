// Alerts from an engine in memory to a core in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"
#include "stage.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// The code of its alert, or nothing.
std::string alert_of(const stage& stage, const std::string& path) {
  for (const auto& [id, each] : stage.core.published.alerts) {
    if (each.entity == "svc:" + path) return each.code;
  }
  return "";
}

// What its emitter says last: "+crash-loop 1" while it holds, "-crash-loop 0" when nothing does.
std::string value_of(const stage& stage, const std::string& path) {
  const auto found = stage.core.latest.find("svc:" + path + ":alerts");
  if (found == stage.core.latest.end()) return "";
  const auto data = json::parse(found->second).value();
  return (json::find(data, "active")->GetBool() ? "+" : "-") +
         std::string(*json::find_string(data, "code")) + " " +
         std::to_string(json::find(data, "all")->Size());
}

void until_alert(stage& stage, const std::string& path, const std::string& code) {
  stage.until([&] { return alert_of(stage, path) == code; },
              path + " has the alert \"" + code + "\"");
}

std::string until_made(stage& stage, const std::string& name) {
  const auto id = stage.engine.make(name);
  stage.until([&] { return stage.is_online("container/" + name); }, name + " is online");
  return id;
}

void crash(stage& stage, const std::string& id) {
  stage.engine.start_container(id);
  stage.engine.pass(2s);
  stage.engine.die(id, 1);
}

TEST(Alerts, ACrashLoopBeginsAndEndsWithALongRun) {
  stage stage;
  stage.config.alerts.short_run = 300ms;
  stage.config.alerts.within = 5min;
  stage.begin();
  const auto id = until_made(stage, "web");
  for (int times = 0; times < 3; ++times) {
    stage.engine.start_container(id);
    stage.engine.die(id, 1);
  }
  until_alert(stage, "container/web", "crash-loop");
  stage.engine.start_container(id);
  until_alert(stage, "container/web", "");
}

TEST(Alerts, ACrashLoopEndsWhenItIsStopped) {
  stage stage;
  stage.begin();
  const auto id = until_made(stage, "web");
  for (int times = 0; times < 3; ++times) crash(stage, id);
  until_alert(stage, "container/web", "crash-loop");
  stage.until_answered(stage.act("container/web", "stop"));
  until_alert(stage, "container/web", "");
}

TEST(Alerts, ASignalThatEndsNothingEndsNoCrashLoop) {
  stage stage;
  stage.config.actions = action_policy({.allow = {"container/web:*"}});
  stage.begin();
  const auto id = until_made(stage, "web");
  for (int times = 0; times < 3; ++times) crash(stage, id);
  until_alert(stage, "container/web", "crash-loop");
  stage.engine.start_container(id);
  EXPECT_THAT(stage.until_answered(stage.act("container/web", "kill", R"({"signal":"SIGHUP"})")),
              HasSubstr("got SIGHUP"));
  stage.engine.die(id, 1);
  stage.settle();
  EXPECT_EQ(alert_of(stage, "container/web"), "crash-loop");
}

TEST(Alerts, ARefusedStopEndsNoCrashLoop) {
  stage stage;
  stage.begin();
  const auto id = until_made(stage, "web");
  crash(stage, id);
  crash(stage, id);
  stage.engine.start_container(id);
  stage.until([&] { return stage.state("container/web") == "running"; }, "it runs");
  stage.engine.refuse_actions(id, 500);
  EXPECT_THAT(stage.until_answered(stage.act("container/web", "stop")), HasSubstr("stop failed"));
  stage.engine.die(id, 1);
  until_alert(stage, "container/web", "crash-loop");
  EXPECT_THAT(stage.until_answered(stage.act("container/web", "run")), HasSubstr("run failed"));
  stage.settle();
  EXPECT_EQ(alert_of(stage, "container/web"), "crash-loop");
  stage.log.clear();
}

TEST(Alerts, ACrashLoopEndsWhenTheJobEndsWellOrIsStarted) {
  stage stage;
  stage.begin();
  const auto id = until_made(stage, "web");
  stage.engine.details(id).restart_policy = "no";
  for (int times = 0; times < 3; ++times) crash(stage, id);
  until_alert(stage, "container/web", "crash-loop");
  stage.engine.start_container(id);
  stage.engine.die(id, 0);
  until_alert(stage, "container/web", "");
  for (int times = 0; times < 3; ++times) crash(stage, id);
  until_alert(stage, "container/web", "crash-loop");
  stage.until_answered(stage.act("container/web", "run"));
  until_alert(stage, "container/web", "");
}

TEST(Alerts, WhatIsGoneHasNone) {
  stage stage;
  stage.begin();
  const auto id = until_made(stage, "web");
  for (int times = 0; times < 3; ++times) crash(stage, id);
  until_alert(stage, "container/web", "crash-loop");
  stage.engine.destroy(id);
  until_alert(stage, "container/web", "");
  EXPECT_EQ(value_of(stage, "container/web"), "-crash-loop 0");
  EXPECT_EQ(stage.core.published.instance.message, "");
}

// A core may have no alerts; and it may hold what an earlier life said.
TEST(Alerts, AreValuesOfAnEmitterToo) {
  stage stage;
  stage.begin();
  EXPECT_EQ(value_of(stage, "engine"), "- 0");
  const auto id = until_made(stage, "web");
  EXPECT_EQ(value_of(stage, "container/web"), "- 0");
  for (int times = 0; times < 3; ++times) crash(stage, id);
  until_alert(stage, "container/web", "crash-loop");
  EXPECT_EQ(value_of(stage, "container/web"), "+crash-loop 1");
  stage.crash();
  stage.engine.go_away();
  stage.launch();
  stage.until([&] { return stage.core.publications > 0; }, "a publication");
  stage.until([&] { return value_of(stage, "container/web") == "- 0"; }, "nothing is known");
  stage.until([&] { return value_of(stage, "engine") == "+engine-lost 1"; }, "what is wrong now");
  stage.engine.come_back();
  stage.until([&] { return value_of(stage, "engine") == "-engine-lost 0"; }, "all is well");
  stage.log.clear();
}

TEST(Alerts, AreSummedUpInTheInstancesMessage) {
  stage stage;
  stage.begin();
  EXPECT_EQ(stage.core.published.instance.message, "");
  const auto web = until_made(stage, "web");
  until_made(stage, "db");
  for (int times = 0; times < 3; ++times) crash(stage, web);
  stage.lose_lines("container/db");
  const std::string summary = "2 alerts: web: crash loop; db: lines suppressed.";
  stage.until([&] { return stage.core.published.instance.message == summary; }, summary);
  EXPECT_EQ(stage.core.published.instance.status, model::instance_status::available);
  crash(stage, web);
  stage.settle();
  EXPECT_EQ(stage.core.published.instance.message, summary);
  stage.engine.go_away();
  stage.until([&] { return stage.core.published.instance.status == model::instance_status::error; },
              "the engine is away");
  EXPECT_THAT(stage.core.published.instance.message, HasSubstr("until it comes back. 2 alerts: "));
  stage.engine.come_back();
  stage.until([&] { return stage.core.published.instance.message == summary; }, summary);
  stage.log.clear();
}

TEST(Alerts, AnEngineIsLostAndComesBack) {
  stage stage;
  stage.begin();
  stage.engine.go_away();
  until_alert(stage, "engine", "engine-lost");
  EXPECT_THAT(stage.core.published.alerts.begin()->second.message, HasSubstr("fake.sock"));
  stage.engine.come_back();
  until_alert(stage, "engine", "");
  stage.log.clear();
}

TEST(Alerts, HealthIsToldByEventsAndWithItsWords) {
  stage stage;
  stage.begin();
  const auto id = until_made(stage, "web");
  stage.engine.start_container(id);
  stage.engine.details(id).health = engine::container_health{
      .status = engine::health_status::unhealthy, .last_exit_code = 22, .last_output = "refused"};
  stage.engine.tell("health_status: unhealthy", id);
  stage.until(
      [&] {
        const auto& alerts = stage.core.published.alerts;
        return !alerts.empty() &&
               alerts.begin()->second.message.find("exit code 22: refused") != std::string::npos;
      },
      "the words of its probe");
  stage.engine.details(id).health->status = engine::health_status::healthy;
  stage.engine.tell("health_status: healthy", id);
  until_alert(stage, "container/web", "");
}

TEST(Alerts, OutOfMemoryUntilAnOperatorStartsIt) {
  stage stage;
  stage.begin();
  const auto id = until_made(stage, "web");
  stage.engine.start_container(id);
  stage.engine.tell("oom", id);
  stage.engine.die(id, 137);
  until_alert(stage, "container/web", "out-of-memory");
  stage.until_answered(stage.act("container/web", "run"));
  until_alert(stage, "container/web", "");
}

void add_pulling_slot(stage& stage) {
  slots::slot_template slot;
  slot.name = "job";
  slot.image = "registry.test/app:1";
  slot.pull = slots::pull::always;
  stage.config.slots = {slot};
}

TEST(Alerts, AFailedPullIsToldOfTheSlotThatNeedsTheImage) {
  stage stage;
  add_pulling_slot(stage);
  stage.engine.pull_error = "manifest unknown";
  stage.begin();
  stage.until_answered(stage.act("slot/job", "run"));
  until_alert(stage, "slot/job", "pull-failed");
  EXPECT_EQ(value_of(stage, "slot/job"), "+pull-failed 1");
  EXPECT_EQ(alert_of(stage, "engine"), "");
  EXPECT_EQ(stage.core.published.alerts.begin()->second.message,
            "The image registry.test/app:1 could not be pulled: manifest unknown; check the "
            "image's name and tag.");
  stage.log.clear();
}

TEST(Alerts, APullThatIsCutShortAtTheEndIsNoFailedOne) {
  stage stage;
  add_pulling_slot(stage);
  stage.begin();
  stage.engine.hold("layer");
  stage.until_answered(stage.act("slot/job", "run"));
  stage.until([&] { return stage.engine.count("pull registry.test/app:1") == 1; }, "the pull");
  stage.settle();
  stage.cancel();
  EXPECT_EQ(alert_of(stage, "slot/job"), "");
}

TEST(Alerts, LostLinesOfATarget) {
  stage stage;
  stage.config.alerts.loss_over = 50ms;
  stage.begin();
  until_made(stage, "web");
  stage.lose_lines("container/web");
  until_alert(stage, "container/web", "lines-suppressed");
  until_alert(stage, "container/web", "");
}

TEST(Alerts, OfAnEarlierLifeAreDeletedWhenTheyDoNotHold) {
  stage stage;
  stage.begin();
  const auto id = until_made(stage, "web");
  for (int times = 0; times < 3; ++times) crash(stage, id);
  until_alert(stage, "container/web", "crash-loop");
  const auto alert = stage.core.published.alerts.begin()->first;
  stage.crash();
  stage.begin();
  const auto found = stage.core.published.leftovers.find({"Alert", alert.value});
  ASSERT_NE(found, stage.core.published.leftovers.end());
  EXPECT_EQ(found->second.what, model::change_type::del);
}

}  // namespace
}  // namespace gantry::fleet
