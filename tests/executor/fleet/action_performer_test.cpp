// Actions on containers and groups, as the core asks for them.
#include "executor/fleet/action_performer.hpp"

#include <gmock/gmock.h>

#include "tests/executor/fleet/stage.hpp"

namespace gantry::fleet {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

fake_engine::labels member_of(const std::string& project, const std::string& service) {
  return {{"com.docker.compose.project", project},
          {"com.docker.compose.service", service},
          {"com.docker.compose.container-number", "1"}};
}

TEST(ActionPerformer, RunsAndStopsAContainer) {
  stage stage;
  stage.engine.make("clock");
  stage.begin();
  EXPECT_EQ(stage.until_answered(stage.act(clock_path, "run")),
            R"({"changed":true,"message":"container clock was started","ok":true})");
  stage.until_told(clock_path, "run");
  EXPECT_EQ(stage.until_answered(stage.act(clock_path, "run")),
            R"({"changed":false,"message":"container clock is running already","ok":true})");
  EXPECT_EQ(stage.until_answered(stage.act(clock_path, "stop", R"({"timeout": 7})")),
            R"({"changed":true,"message":"container clock was stopped","ok":true})");
  stage.until_told(clock_path, "stop 143");
  EXPECT_EQ(stage.until_answered(stage.act(clock_path, "stop")),
            R"({"changed":false,"message":"container clock is stopped already","ok":true})");
  EXPECT_THAT(stage.engine.asked, testing::Contains("stop clock 7"));
  EXPECT_THAT(stage.engine.asked, testing::Contains("stop clock"));
}

TEST(ActionPerformer, TellsARestartAsStopAndRun) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.until_told(clock_path, "run");
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "restart", R"({"timeout":0})")),
              HasSubstr("was restarted"));
  EXPECT_THAT(stage.engine.asked, testing::Contains("restart clock")) << "0 is the engine's own";
  stage.until_told(clock_path, "run");
  stage.until([&] { return stage.told(clock_path).size() == 3; }, "stop and run");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "stop 143", "run"));
}

TEST(ActionPerformer, TellsTheEndAsAStopEvenWhenNoEventSaysSo) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.until_told(clock_path, "run");
  stage.settle();
  stage.engine.lose_events = true;
  stage.act(clock_path, "stop");
  stage.until_told(clock_path, "stop 143");
}

TEST(ActionPerformer, TellsAnEndByItselfAsOneAfterARefusedStop) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.until_told(clock_path, "run");
  stage.engine.refuse_actions(id, 500);
  EXPECT_EQ(stage.until_answered(stage.act(clock_path, "stop")),
            "error: container clock: stop failed: HTTP 500");
  stage.until(
      [&] {
        return stage.core.latest["svc:container/clock:state"].find("HTTP 500") != std::string::npos;
      },
      "the error in its state");
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
}

// The engine goes on with a stop whose answer got lost.
TEST(ActionPerformer, TellsAStopAsOneThoughItsAnswerGotLost) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.until_told(clock_path, "run");
  stage.settle();
  stage.engine.lost_answers = {"stop"};
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "stop")), HasSubstr("stop failed"));
  stage.engine.die(id, 143);
  stage.until_told(clock_path, "stop 143");
}

TEST(ActionPerformer, RefusesWhatItCannotDo) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.until([&] { return stage.is_online(clock_path); }, "the target");
  EXPECT_THAT(stage.answer(stage.act(clock_path, "dance")), HasSubstr("there is no action"));
  EXPECT_THAT(stage.answer(stage.act("container/nobody", "run")),
              HasSubstr("there is no target svc:container/nobody"));
  EXPECT_THAT(stage.answer(stage.act("engine", "stop")),
              HasSubstr("the engine has no action stop"));
  EXPECT_THAT(stage.answer(stage.act(clock_path, "stop", R"({"timeout":"x"})")),
              AllOf(HasSubstr("error: "), HasSubstr("/timeout")));
  stage.engine.destroy(id);
  stage.until([&] { return !stage.is_online(clock_path); }, "it is gone");
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "run")),
              HasSubstr("container clock does not exist any more"));
  stage.engine.go_away();
  stage.until([&] { return !stage.is_online("engine"); }, "the engine is away");
  EXPECT_THAT(stage.answer(stage.act(clock_path, "run")),
              HasSubstr("unix:///fake.sock does not answer"));
  EXPECT_EQ(stage.engine.count("stop clock"), 0);
}

TEST(ActionPerformer, AnswersWhenTheEngineGoesAwayInTheMiddle) {
  stage stage;
  stage.engine.make("clock");
  stage.begin();
  stage.engine.hold("start");
  const auto first = stage.act(clock_path, "run");
  const auto second = stage.act(clock_path, "run");
  stage.settle();
  EXPECT_EQ(stage.answer(first), "");
  stage.engine.go_away();
  EXPECT_THAT(stage.until_answered(first), HasSubstr("error: container clock: run failed"));
  EXPECT_THAT(stage.until_answered(second), HasSubstr("error: container clock: run failed"));
}

TEST(ActionPerformer, PausesAndUnpauses) {
  stage stage;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.begin();
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "pause")), HasSubstr("was paused"));
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "pause")),
              AllOf(HasSubstr("is paused already"), HasSubstr(R"("changed":false)")));
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "unpause")), HasSubstr("goes on"));
}

// A group is paused though one of its containers has done its work.
TEST(ActionPerformer, PausesNothingThatDoesNotRun) {
  stage stage;
  stage.engine.make("clock");
  stage.begin();
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "pause")),
              AllOf(HasSubstr("container clock is not running"), HasSubstr(R"("changed":false)")));
  EXPECT_THAT(stage.log, IsEmpty());
  EXPECT_THAT(stage.state(clock_path), Not(HasSubstr("is not running")));
}

TEST(ActionPerformer, RefusesWhatIsNotAllowed) {
  stage stage;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.begin();
  for (const char* each : {"kill", "remove"}) {
    EXPECT_THAT(stage.until_answered(stage.act(clock_path, each)), HasSubstr("actions.allow"));
  }
  EXPECT_TRUE(stage.engine.is_running(id));
  EXPECT_EQ(stage.engine.count("kill clock"), 0);
}

TEST(ActionPerformer, DoesWhatTheConfigurationAllows) {
  stage stage;
  stage.config.actions = action_policy({.allow = {"container/clock:*"}});
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.begin();
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "exec", R"({"command":["true"]})")),
              AllOf(HasSubstr(R"("exitCode":0)"), HasSubstr(R"("stdoutTruncated":false)")));
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "write", R"({"text":"a"})")),
              HasSubstr("it has no input"));
  stage.engine.details(id).open_stdin = true;
  for (const char* each : {R"({"text":"a"})", R"({"json":[1, 2]})"}) {
    EXPECT_THAT(stage.until_answered(stage.act(clock_path, "write", each)),
                HasSubstr("got the input"));
  }
  EXPECT_EQ(stage.engine.inputs[id], "a\n[1,2]\n");
  EXPECT_EQ(stage.engine.count("attach clock"), 1);
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "remove")), HasSubstr("set force"));
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "kill")),
              HasSubstr(R"("signal":"SIGKILL")"));
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "write", R"({"text":"a"})")),
              HasSubstr("only a running container"));
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "remove")), HasSubstr("was removed"));
  stage.until([&] { return !stage.is_online(clock_path); }, "it is gone");
}

TEST(ActionPerformer, AnInputIsClosedWhenItsRunEndsEvenWhenNoEventSaysSo) {
  stage stage;
  stage.config.actions = action_policy({.allow = {"container/clock:*"}});
  stage.config.link.look_again_every = std::chrono::milliseconds(50);
  const auto id = stage.engine.make("clock");
  stage.engine.details(id).open_stdin = true;
  stage.begin();
  for (const bool told : {true, false}) {
    stage.engine.start_container(id);
    stage.until_answered(stage.act(clock_path, "write", R"({"text":"a"})"));
    EXPECT_EQ(stage.engine.open_inputs.size(), 1U);
    stage.engine.lose_events = !told;
    stage.engine.die(id, 0);
    stage.until([&] { return stage.engine.open_inputs.empty(); }, "its input is closed");
  }
}

TEST(ActionPerformer, LeavesOutMembersOfAGroupThatMayNot) {
  stage stage;
  auto narrow = member_of("shop", "db");
  narrow.emplace(actions_label, "run");
  stage.engine.start_container(stage.engine.make("db", narrow));
  stage.engine.start_container(stage.engine.make("web", member_of("shop", "web")));
  stage.begin();
  EXPECT_THAT(stage.until_answered(stage.act("project/shop", "stop")),
              AllOf(HasSubstr("leftOut"), HasSubstr("gantry.actions")));
  EXPECT_EQ(stage.engine.count("stop db"), 0);
}

TEST(ActionPerformer, QueuesTheActionsOfOneTargetAndNoOthers) {
  stage stage;
  stage.engine.make("clock");
  stage.engine.make("other");
  stage.begin();
  stage.engine.hold("start");
  const auto run = stage.act(clock_path, "run");
  const auto stop = stage.act(clock_path, "stop");
  const auto other = stage.act("container/other", "stop");
  EXPECT_THAT(stage.until_answered(other), HasSubstr("stopped already"));
  stage.settle();
  EXPECT_EQ(stage.engine.count("stop clock"), 0);
  stage.engine.release("start");
  EXPECT_THAT(stage.until_answered(run), HasSubstr("was started"));
  EXPECT_THAT(stage.until_answered(stop), HasSubstr("was stopped"));
}

TEST(ActionPerformer, AProgramThatRunsInsideHoldsUpNothingElse) {
  stage stage;
  stage.config.actions = action_policy({.allow = {"container/clock:*"}});
  const auto id = stage.engine.make("clock");
  stage.engine.details(id).open_stdin = true;
  stage.engine.start_container(id);
  stage.begin();
  stage.engine.hold("exec");
  const auto exec = stage.act(clock_path, "exec", R"({"command":["sleep"]})");
  stage.settle();
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "write", R"({"text":"a"})")),
              HasSubstr("got the input"));
  stage.engine.hold("write");
  const auto write = stage.act(clock_path, "write", R"({"text":"b"})");
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "pause")), HasSubstr("was paused"));
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "unpause")), HasSubstr("goes on"));
  EXPECT_EQ(stage.answer(exec) + stage.answer(write), "");
  stage.engine.release("exec");
  stage.engine.release("write");
  EXPECT_THAT(stage.until_answered(exec), HasSubstr(R"("exitCode":0)"));
  EXPECT_THAT(stage.until_answered(write), HasSubstr("got the input"));
}

TEST(ActionPerformer, WhatReachesIntoAContainerComesBehindItsStart) {
  stage stage;
  stage.config.actions = action_policy({.allow = {"container/clock:*"}});
  stage.engine.make("clock");
  stage.begin();
  stage.engine.hold("start");
  stage.act(clock_path, "run");
  const auto exec = stage.act(clock_path, "exec", R"({"command":["true"]})");
  stage.settle();
  EXPECT_EQ(stage.answer(exec), "");
  stage.engine.release("start");
  EXPECT_THAT(stage.until_answered(exec), HasSubstr(R"("exitCode":0)"));
}

TEST(ActionPerformer, AKillPassesAStopThatTakesItsTime) {
  stage stage;
  stage.config.actions = action_policy({.allow = {"container/clock:*"}});
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.begin();
  stage.engine.hold("stop");
  const auto stop = stage.act(clock_path, "stop", R"({"timeout":3600})");
  stage.settle();
  EXPECT_THAT(stage.until_answered(stage.act(clock_path, "kill")), HasSubstr("got SIGKILL"));
  EXPECT_FALSE(stage.engine.is_running(id));
  EXPECT_EQ(stage.answer(stop), "");
  stage.engine.release("stop");
  EXPECT_THAT(stage.until_answered(stop), HasSubstr("is stopped already"));
  stage.until_told(clock_path, "stop 137");
}

TEST(ActionPerformer, RefusesMoreProgramsThanMayWait) {
  stage stage;
  stage.config.actions = action_policy({.allow = {"container/clock:*"}});
  stage.engine.start_container(stage.engine.make("clock"));
  stage.begin();
  stage.engine.hold("exec");
  std::vector<std::uint64_t> tickets;
  for (std::size_t at = 0; at < action_lanes::waiting_max + 2; ++at) {
    tickets.push_back(stage.act(clock_path, "exec", R"({"command":["sleep"]})"));
    if (at % 16 == 0) stage.settle();
  }
  EXPECT_THAT(stage.until_answered(tickets.back()), HasSubstr("busy: 32 actions"));
}

TEST(ActionPerformer, RefusesMoreThanMayWait) {
  stage stage;
  stage.engine.make("clock");
  stage.begin();
  stage.engine.hold("start");
  std::vector<std::uint64_t> tickets{stage.act(clock_path, "run")};
  stage.settle();
  for (std::size_t at = 0; at < action_lanes::waiting_max + 1; ++at) {
    tickets.push_back(stage.act(clock_path, "run"));
  }
  EXPECT_THAT(stage.answer(tickets.back()), HasSubstr("busy: 32 actions"));
  stage.engine.release("start");
  tickets.pop_back();
  for (const auto ticket : tickets) {
    EXPECT_THAT(stage.until_answered(ticket), HasSubstr(R"("ok":true)"));
  }
}

TEST(ActionPerformer, ActsOnAllMembersOfAGroup) {
  stage stage;
  const auto web = stage.engine.make("shop-web-1", member_of("shop", "web"));
  const auto db = stage.engine.make("shop-db-1", member_of("shop", "db"));
  const auto other = stage.engine.make("bar-db-1", member_of("bar", "db"));
  stage.engine.start_container(db);
  stage.begin();
  const std::string answer = stage.until_answered(stage.act("project/shop", "run"));
  EXPECT_THAT(answer, AllOf(HasSubstr(R"("containers":["db","web"])"),
                            HasSubstr("container db is running already"),
                            HasSubstr("container web was started")));
  EXPECT_TRUE(stage.engine.is_running(web));
  EXPECT_FALSE(stage.engine.is_running(other));
  stage.until_answered(stage.act("project/shop", "stop", R"({"timeout":3})"));
  EXPECT_FALSE(stage.engine.is_running(web));
  EXPECT_FALSE(stage.engine.is_running(db));
  EXPECT_EQ(stage.engine.count("stop shop-web-1 3"), 1);
}

TEST(ActionPerformer, NamesTheMemberOfAGroupThatFailedAndDoesTheOthers) {
  stage stage;
  const auto web = stage.engine.make("shop-web-1", member_of("shop", "web"));
  const auto db = stage.engine.make("shop-db-1", member_of("shop", "db"));
  stage.engine.refuse_actions(db, 409);
  stage.begin();
  EXPECT_EQ(stage.until_answered(stage.act("project/shop", "run")),
            "error: project shop: 1 of 2 containers did it. container db: run failed: HTTP 409");
  EXPECT_TRUE(stage.engine.is_running(web));
  stage.engine.destroy(web);
  stage.engine.destroy(db);
  stage.until([&] { return !stage.is_online("project/shop"); }, "the group is offline");
  EXPECT_THAT(stage.answer(stage.act("project/shop", "run")),
              HasSubstr("has no containers any more"));
}

}  // namespace
}  // namespace gantry::fleet
