// Runs of slots on an engine that exists only in memory, through kills, refusals and losses.
#include "executor/fleet/slot_keeper.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "model/json.hpp"
#include "tests/executor/fleet/stage.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string path = "slot/echo";

class SlotKeeper : public testing::Test {
 protected:
  SlotKeeper() {
    slots::slot_template echo;
    echo.name = "echo";
    echo.image = "app";
    play.config.slots = {echo};
  }

  slots::slot_template& echo() { return play.config.slots.front(); }

  std::string run(const std::string& input = R"({"n":1})") {
    return play.until_answered(play.act(path, "run", input));
  }

  static std::string container_of(int number) { return "svc.echo-" + std::to_string(number); }

  // The id of a run's container; empty: there is none.
  std::string id_of(int number) {
    for (const auto& each : play.engine.containers()) {
      if (each.name == container_of(number)) return each.id;
    }
    return "";
  }

  std::string until_runs(int number) {
    play.until([&] { return !id_of(number).empty() && play.engine.is_running(id_of(number)); },
               container_of(number) + " runs");
    return id_of(number);
  }

  // A run whose start the engine refuses, though it runs. Gives its container.
  std::string run_refused() {
    play.begin();
    play.engine.late_refusals = {"start"};
    run();
    return until_runs(1);
  }

  void until_asked(const std::string& what) {
    play.until([&] { return play.engine.count(what) > 0; }, what + " is asked");
  }

  // What each `finish` said for its reason, in order.
  [[nodiscard]] std::vector<std::string> reasons() const {
    std::vector<std::string> out;
    for (const model::pulse& each : play.outbox.pulses) {
      if (each.emitter.value != "svc:" + path + ":finish") continue;
      const auto data = json::parse(each.data.bytes).value();
      out.push_back(std::string(*json::find_string(data, "run")) + ": " +
                    std::string(*json::find_string(data, "reason")));
    }
    return out;
  }

  void until_over(std::size_t runs) {
    play.until([&] { return reasons().size() >= runs; }, std::to_string(runs) + " ends are told");
    play.settle();
    EXPECT_THAT(reasons(), SizeIs(runs));
  }

  stage play;
};

// Equal values are told apart by their number, which goes on with the next run.
TEST_F(SlotKeeper, NumbersTheValuesOfAllRuns) {
  echo().output = slots::output_form::numbered;
  play.begin();
  for (int number = 1; number <= 2; ++number) {
    run();
    const std::string id = until_runs(number);
    play.engine.print(id, "5\n");
    play.engine.print(id, "5\n");
    play.engine.print(id, "no value\n");
    play.engine.die(id, 0);
    until_over(static_cast<std::size_t>(number));
  }
  std::vector<std::string> values;
  std::vector<std::string> errors;
  for (const model::pulse& each : play.outbox.pulses) {
    if (each.emitter.value == "svc:" + path + ":output") values.push_back(each.data.bytes);
    if (each.emitter.value == "svc:" + path + ":error") errors.push_back(each.data.bytes);
  }
  EXPECT_THAT(values, ElementsAre(R"({"seq":1,"run":"echo-1","value":5})",
                                  R"({"seq":2,"run":"echo-1","value":5})",
                                  R"({"seq":3,"run":"echo-2","value":5})",
                                  R"({"seq":4,"run":"echo-2","value":5})"));
  EXPECT_THAT(errors, ElementsAre(HasSubstr(R"("seq":1,"run":"echo-1")"),
                                  HasSubstr(R"("seq":2,"run":"echo-2")")));
}

TEST_F(SlotKeeper, TakesWhatASceneSendsForInputsThatNobodySet) {
  echo().input =
      json::text{R"({"type":"object","required":["n"],"properties":{"n":{"type":"integer"},)"
                 R"("mode":{"enum":["slow","fast"]}}})"};
  play.begin();
  run(R"({"n":0,"mode":""})");
  const std::string id = until_runs(1);
  play.until([&] { return !play.engine.inputs[id].empty(); }, "the input is given");
  EXPECT_THAT(play.engine.inputs[id], HasSubstr(R"({"n":0})"));
  EXPECT_THAT(run(R"({"n":"","mode":""})"), HasSubstr("data/n: must be a whole number"));
  EXPECT_THAT(play.until_answered(play.act(path, "stop", R"({"run":""})")),
              HasSubstr(R"("runs":["echo-1"])"));
}

TEST_F(SlotKeeper, HandsOverNumbersAsTheyWereWritten) {
  play.begin();
  run("{ \"n\" : 123456789012345678901234567890,\n\"d\": 1.50, \"e\": 1E2 }");
  const std::string id = until_runs(1);
  play.until([&] { return !play.engine.inputs[id].empty(); }, "the input is given");
  EXPECT_EQ(play.engine.inputs[id],
            "{\"n\":123456789012345678901234567890,\"d\":1.50,\"e\":1E2}\n");
  EXPECT_THAT(run(R"({"n":1e400})"), HasSubstr("too large"));
}

TEST_F(SlotKeeper, CarriesARunToItsEndAndRemovesItsContainer) {
  play.begin();
  EXPECT_THAT(run(), HasSubstr(R"("run":"echo-1")"));
  const std::string id = until_runs(1);
  play.until([&] { return !play.engine.inputs[id].empty(); }, "the input is given");
  EXPECT_EQ(play.engine.inputs[id], "{\"n\":1}\n");
  play.engine.print(id, "hello");
  play.engine.die(id, 3);
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: exit"));
  EXPECT_EQ(id_of(1), "");
  EXPECT_THAT(play.outbox.database.facts, testing::Contains(testing::Pair("slot_next/echo", "2")));
}

// Nor is it met again: the row is deleted, and told once. What still runs is followed by its
// labels.
TEST_F(SlotKeeper, GivesUpARecordThatCannotBeRead) {
  play.begin();
  run();
  const std::string id = until_runs(1);
  play.settle();
  play.crash();
  auto& facts = play.outbox.database.facts;
  facts["slot_run/echo-1"] = "{\"run\":\"echo-1\",";
  facts["slot_run/echo-7"] = "17";
  facts["slot_run/echo-8"] = "[]";
  play.config.earlier.facts = facts;
  play.log.clear();
  play.begin();
  play.until([&] { return !facts.contains("slot_run/echo-8"); }, "the records are deleted");
  EXPECT_FALSE(facts.contains("slot_run/echo-7"));
  EXPECT_THAT(play.log, SizeIs(3));
  for (const auto& each : play.log) EXPECT_THAT(each, HasSubstr("cannot be read"));
  play.log.clear();
  play.crash();
  play.begin();
  EXPECT_THAT(play.log, IsEmpty());
  play.engine.die(id, 0);
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: exit"));
}

TEST_F(SlotKeeper, HasNoOtherActions) {
  play.begin();
  EXPECT_EQ(play.until_answered(play.act(path, "exec", R"({"command":["sh"]})")),
            "error: slots have no action exec");
}

TEST_F(SlotKeeper, StopsARunThatWasStartedBeforeItsRecordSaidSo) {
  play.begin();
  play.engine.hold("start");
  run();
  until_asked("start " + container_of(1));
  play.outbox.hold_commits();
  play.engine.release("start");
  until_runs(1);
  play.crash();
  play.outbox.release_commits();
  play.begin();
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: input lost"));
  EXPECT_EQ(id_of(1), "");
  EXPECT_THAT(run(), HasSubstr(R"("message":"echo-2 is being started")")) << "its place is free";
}

TEST_F(SlotKeeper, LeavesARunToTheNextLifeThatIsBeingStartedWhenGantryEnds) {
  play.begin();
  play.engine.hold("start");
  run();
  until_asked("start " + container_of(1));
  play.cancel();
  EXPECT_EQ(play.engine.count("remove " + container_of(1)), 0);
  play.crash();
  play.engine.release("start");
  play.begin();
  play.engine.die(until_runs(1), 0);
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: exit"));
}

TEST_F(SlotKeeper, TellsTheEndOfARunWhoseContainerIsGone) {
  play.begin();
  run();
  const std::string id = until_runs(1);
  play.settle();
  play.crash();
  play.engine.lose_events = true;
  play.engine.destroy(id);
  play.engine.lose_events = false;
  play.begin();
  until_over(1);
  EXPECT_THAT(run(), HasSubstr("echo-2 is being started"));
}

TEST_F(SlotKeeper, GivesBackThePlaceOfARunThatNobodyHasSeen) {
  play.begin();
  play.engine.hold("start");
  run();
  until_asked("start " + container_of(1));
  play.settle();  // its record, and what its watch knows, are written
  play.crash();
  play.engine.release("start");
  play.engine.lose_events = true;
  play.engine.destroy(id_of(1));
  play.engine.lose_events = false;
  play.begin();
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: unknown"));
  EXPECT_THAT(run(), HasSubstr("echo-2 is being started"));
}

TEST_F(SlotKeeper, DoesNotGiveUpStopping) {
  play.begin();
  run();
  const std::string id = until_runs(1);
  play.engine.refuse_actions(id, 500);
  EXPECT_THAT(play.until_answered(play.act(path, "stop")), HasSubstr("echo-1: to be stopped"));
  play.until([&] { return !play.log.empty(); }, "a warning");
  EXPECT_THAT(play.log.back(), HasSubstr("does not stop, trying again"));
  play.engine.refuse_actions(id, 0);
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: stop"));
}

TEST_F(SlotKeeper, NumbersOnBehindADatabaseThatWasLost) {
  play.begin();
  run();
  play.engine.die(until_runs(1), 0);
  until_over(1);
  run();
  const std::string id = until_runs(2);
  play.settle();
  play.crash();
  play.config.earlier = {};
  play.outbox.database.facts.clear();
  play.begin();
  echo().concurrency = 2;
  EXPECT_THAT(run(), HasSubstr("is full: echo-2 under way"));
  play.engine.die(id, 0);
  until_over(2);
  EXPECT_THAT(run(), HasSubstr(R"("run":"echo-3")"));
}

TEST_F(SlotKeeper, StopsARunWhoseInputWasCutOffByTheEngine) {
  play.begin();
  play.engine.hold("write");
  run();
  until_runs(1);
  play.settle();
  play.engine.go_away();
  play.engine.release("write");
  play.settle();
  play.engine.come_back();
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: input lost"));
}

TEST_F(SlotKeeper, LetsAProgramGoOnThatClosedItsInput) {
  play.begin();
  play.engine.lost_answers = {"write"};
  run();
  const std::string id = until_runs(1);
  play.settle();
  play.engine.die(id, 0);
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: exit"));
}

TEST_F(SlotKeeper, GoesOnWithARunWhoseStartIsRefusedThoughItRuns) {
  const std::string id = run_refused();
  play.settle();
  play.engine.die(id, 0);
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: exit"));
}

TEST_F(SlotKeeper, LooksUntilItKnowsWhetherARefusedStartRuns) {
  const std::string id = run_refused();
  play.engine.go_away();
  play.settle();
  play.engine.come_back();
  play.until([&] { return play.is_online(path); }, "the engine answers");
  play.engine.die(id, 0);
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: exit"));
  EXPECT_EQ(play.engine.count("start " + container_of(1)), 1);
}

TEST_F(SlotKeeper, StopsWhileItPulls) {
  echo().pull = slots::pull::always;
  play.begin();
  play.engine.hold("pull");
  run();
  until_asked("pull app");
  EXPECT_THAT(play.until_answered(play.act(path, "stop")), HasSubstr("echo-1: to be stopped"));
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: stop"));
  EXPECT_THAT(run(), HasSubstr("echo-2 is being started"));
  play.engine.release("pull");
  play.engine.die(until_runs(2), 0);
  until_over(2);
  EXPECT_EQ(play.engine.count("create " + container_of(1)), 0);
}

TEST_F(SlotKeeper, RemovesWhatIsMadeForARunThatWasStoppedMeanwhile) {
  play.begin();
  play.engine.hold("attach");
  run();
  until_asked("attach " + container_of(1));
  play.until_answered(play.act(path, "stop"));
  until_over(1);
  play.engine.release("attach");
  play.until([&] { return id_of(1).empty(); }, "its container is removed");
  EXPECT_EQ(play.engine.count("start " + container_of(1)), 0);
}

TEST_F(SlotKeeper, GivesUpAPullThatIsCutAgainAndAgain) {
  echo().pull = slots::pull::always;
  play.begin();
  play.engine.lost_answers = {"layer"};
  run();
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: not started"));
  EXPECT_EQ(play.engine.count("pull app"), 3);
}

TEST_F(SlotKeeper, RemovesWhatNobodyKnows) {
  play.begin();
  const std::string stray = play.engine.make(
      container_of(9),
      {{"gantry.slot", "echo"}, {"gantry.run", "echo-9"}, {"gantry.service", "svc"}});
  play.until_answered(play.act("engine", "refresh"));
  EXPECT_NE(id_of(9), "") << "it may be in the making";
  play.until_answered(play.act("engine", "refresh"));
  play.until([&] { return id_of(9).empty(); }, "it is removed");
}

TEST_F(SlotKeeper, RemovesLaterWhatCouldNotBeRemoved) {
  play.begin();
  run();
  const std::string id = until_runs(1);
  play.settle();
  play.engine.refuse_actions(id, 500);
  play.engine.die(id, 0);
  play.until([&] { return !play.log.empty(); }, "a warning");
  EXPECT_THAT(play.log.back(), HasSubstr("cannot be removed"));
  play.engine.refuse_actions(id, 0);
  play.until_answered(play.act("engine", "refresh"));
  play.until_answered(play.act("engine", "refresh"));
  play.until([&] { return id_of(1).empty(); }, "it is removed");
}

TEST_F(SlotKeeper, GivesUpANameThatIsTakenByNothingToBeSeen) {
  play.begin();
  play.engine.make(container_of(1), {{"gantry.slot", "echo"}});
  run();
  until_over(1);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: not started"));
}

TEST_F(SlotKeeper, PublishesTheRunOfASlotThatIsNoMore) {
  play.begin();
  run();
  const std::string id = until_runs(1);
  play.settle();
  play.crash();
  play.config.slots.clear();
  play.begin();
  const std::string other = "container/" + container_of(1);
  play.until([&] { return play.is_online(other); }, "a target of its own");
  EXPECT_THAT(play.log.back(), AllOf(HasSubstr("echo-1"), HasSubstr("no slot echo any more")));
  EXPECT_TRUE(play.engine.is_running(id));
}

TEST_F(SlotKeeper, PublishesNoRunThatIsOverOfASlotThatIsNoMore) {
  echo().keep = slots::keep::all;
  play.begin();
  run();
  play.engine.die(until_runs(1), 0);
  until_over(1);
  play.settle();
  play.crash();
  play.config.slots.clear();
  play.engine.make("clock");
  play.begin();
  play.until([&] { return play.is_online("container/clock"); }, "the others");
  play.until_answered(play.act("engine", "refresh"));
  EXPECT_FALSE(play.is_published("container/" + container_of(1)));
  EXPECT_NE(id_of(1), "") << "it was kept for somebody to look at";
}

TEST_F(SlotKeeper, KeepsAContainerUntilItsEndIsOnDisk) {
  play.begin();
  run();
  const std::string id = until_runs(1);
  play.outbox.durable = false;
  play.engine.die(id, 0);
  until_over(1);
  EXPECT_EQ(id_of(1), id) << "the engine's log is the only copy that lasts";
  play.outbox.durable = true;
  play.until([&] { return id_of(1).empty(); }, "its container is removed");
}

TEST_F(SlotKeeper, SaysThatMemoryEndedARunThatItDidEnd) {
  play.begin();
  run();
  std::string id = until_runs(1);
  play.engine.tell("oom", id);
  play.engine.die(id, 0);  // a child was killed
  until_over(1);
  run();
  id = until_runs(2);
  play.engine.tell("oom", id);
  play.engine.die(id, 137);
  until_over(2);
  EXPECT_THAT(reasons(), ElementsAre("echo-1: exit", "echo-2: memory"));
}

TEST_F(SlotKeeper, SaysWhoAskedAlsoWhenThatWasBeforeTheStart) {
  play.begin();
  play.engine.hold("start");
  play.engine.hold("event");
  run();
  until_asked("start " + container_of(1));
  play.until_answered(play.act(path, "stop"));
  play.engine.release("start");
  play.settle();
  play.engine.release("event");
  until_over(1);
  EXPECT_THAT(play.last_data(path, "finish"), HasSubstr(R"("askedBy":"gantry")"));
}

TEST_F(SlotKeeper, RefusesInputsBeyondWhatMayWait) {
  echo().when_full = slots::when_full::queue;
  play.begin();
  play.engine.hold("create");
  const std::string large =
      R"({"x":")" + std::string(slot_keeper::input_bytes_max - 100, 'x') + R"("})";
  for (int each = 0; each < 16; ++each) EXPECT_THAT(run(large), HasSubstr(R"("ok":true)"));
  EXPECT_THAT(run(large), HasSubstr("the inputs of the runs that wait have more than"));
  EXPECT_THAT(run(R"({"x":")" + std::string(slot_keeper::input_bytes_max, 'x') + R"("})"),
              HasSubstr("bytes; at most 1048576 are taken"));
}

}  // namespace
}  // namespace gantry::fleet
