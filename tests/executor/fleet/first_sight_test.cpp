// What is told of a container that was there before gantry.
#include <gmock/gmock.h>

#include "tests/executor/fleet/stage.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

TEST(FirstSight, LeavesOutWhatWasBeforeItCame) {
  stage stage;
  const auto running = stage.engine.make("clock");
  stage.engine.start_container(running);
  stage.engine.print(running, "before\n");
  const auto stopped = stage.engine.make("job");
  stage.engine.start_container(stopped);
  stage.engine.print(stopped, "before\n");
  stage.engine.die(stopped, 0);
  stage.engine.pass(1'000ms);
  stage.begin();
  stage.settle();
  stage.engine.print(running, "after\n");
  stage.engine.start_container(stopped);
  stage.engine.print(stopped, "after\n");
  stage.until_told(clock_path, "> after");
  stage.until_told("container/job", "> after");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("> after"));
  EXPECT_THAT(stage.told("container/job"), ElementsAre("run", "> after"));
}

// No event tells of it, and it runs before anybody has looked at the container.
TEST(FirstSight, TellsAllOfARunThatBeganRightAfterTheFirstList) {
  stage stage;
  const auto made = stage.engine.make("clock");
  const auto stopped = stage.engine.make("job");
  stage.engine.start_container(stopped);
  stage.engine.print(stopped, "before\n");
  stage.engine.die(stopped, 0);
  stage.engine.pass(1'000ms);
  stage.engine.lose_events = true;
  stage.engine.hold("list");
  stage.launch();
  stage.until([&] { return stage.engine.count("list") == 1; }, "a list is asked for");
  stage.engine.pass(1'000ms);
  for (const auto& id : {made, stopped}) {
    stage.engine.start_container(id);
    stage.engine.print(id, "one\n");
  }
  stage.engine.die(made, 3);
  stage.engine.release("list");
  stage.until_told(clock_path, "finish 3");
  stage.until_told("container/job", "> one");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish 3"));
  EXPECT_THAT(stage.told("container/job"), ElementsAre("run", "> one"));
}

// An engine stamps the last lines of a run a little later than its end.
TEST(FirstSight, TakesNoLineOfAnEarlierRunForOneOfThis) {
  stage stage;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.die(id, 0);
  stage.engine.print(id, "late, but of the first run\n");
  stage.engine.pass(1'000ms);
  stage.begin();
  stage.settle();
  stage.engine.start_container(id);
  stage.engine.print(id, "second\n");
  stage.until_told(clock_path, "> second");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> second"));
}

TEST(FirstSight, LeavesOutWhatWasThereBeforeItsFirstLife) {
  stage stage;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "before\n");
  stage.engine.pass(2'000ms);
  stage.begin();
  stage.settle();
  stage.crash();
  stage.engine.print(id, "while it was down\n");
  stage.begin();
  stage.until_told(clock_path, "> while it was down");
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("> while it was down", "finish 0"));
}

// Killed before it could look at the container: that is not known then, but neither is it new.
TEST(FirstSight, TakesNothingForNewThatItHasOnlySeenInAList) {
  stage stage;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "before\n");
  stage.engine.pass(2'000ms);
  stage.engine.hold("inspect");
  stage.begin();
  stage.settle();
  stage.crash();
  EXPECT_TRUE(stage.outbox.database.targets.contains(clock_path));
  stage.engine.release("inspect");
  stage.begin();
  stage.settle();
  stage.engine.print(id, "after\n");
  stage.until_told(clock_path, "> after");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("> after"));
}

// Its first inspection says when the last of the runs ended that events have told of by then.
TEST(FirstSight, TellsAllOfTheRunsThatWereOverBeforeItCouldLook) {
  stage stage;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "before\n");
  stage.engine.die(id, 0);
  stage.engine.pass(10'000ms);
  stage.engine.refuse_inspections(500);
  stage.begin();
  for (int run = 1; run <= 3; ++run) {
    stage.engine.start_container(id);
    stage.engine.print(id, std::to_string(run) + "\n");
    stage.engine.die(id, run);
    stage.engine.pass(5'000ms);
  }
  stage.settle();
  stage.engine.refuse_inspections(0);
  stage.until_told(clock_path, "finish 3");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> 1", "finish 1", "run", "> 2",
                                                  "finish 2", "run", "> 3", "finish 3"));
}

// The engine did not answer, and gantry was killed: what was made meanwhile is no older than it.
TEST(FirstSight, TellsAllOfAContainerThatWasMadeSinceAnEarlierLifeHeardOfEvents) {
  stage stage;
  stage.begin();
  const auto other = stage.engine.make("other");
  stage.engine.start_container(other);
  stage.settle();
  stage.crash();
  stage.engine.pass(2'000ms);
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.engine.hold("event");  // they come behind the first inspection
  stage.begin();
  stage.until_told(clock_path, "> one");
  stage.engine.release("event");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
}

TEST(FirstSight, TellsAllOfAContainerThatItMeetsWhereAllIsWanted) {
  stage stage;
  stage.config.history = {history_extent::all, 0ms};
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "before\n");
  stage.engine.pass(10'000ms);
  stage.begin();
  stage.until_told(clock_path, "> before");
  stage.settle();
  stage.crash();
  stage.engine.print(id, "while it was down\n");
  stage.begin();
  stage.until_told(clock_path, "> while it was down");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("> before", "> while it was down"));
}

TEST(FirstSight, TellsTheLastMinutesOfAContainerThatItMeetsWhereTheyAreWanted) {
  stage stage;
  stage.config.history = {history_extent::recent, 60s};
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "long ago\n");
  stage.engine.pass(70s);
  stage.engine.print(id, "not long ago\n");
  stage.engine.pass(30s);
  stage.begin();
  stage.until_told(clock_path, "> not long ago");
  stage.settle();
  stage.crash();
  stage.engine.pass(100s);
  stage.engine.print(id, "while it was down\n");
  stage.begin();
  stage.until_told(clock_path, "> while it was down");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("> not long ago", "> while it was down"));
}

}  // namespace
}  // namespace gantry::fleet
