// What a new gantry tells when an earlier one was killed: all that happened, once and in order.
#include <gmock/gmock.h>

#include "myko/net/clock.hpp"
#include "tests/executor/fleet/stage.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A container that is running, of which "one" has been told and committed.
std::string running_clock(stage& stage, const std::string& name = "clock") {
  const auto id = stage.engine.make(name);
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told("container/" + name, "> one");
  stage.settle();
  return id;
}

TEST(Resume, GoesOnBehindTheLastLine) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  for (int life = 0; life < 3; ++life) {
    stage.crash();
    stage.engine.print(id, "while it was down " + std::to_string(life) + "\n");
    stage.begin();
    stage.until_told(clock_path, "> while it was down " + std::to_string(life));
    stage.engine.print(id, "after " + std::to_string(life) + "\n");
    stage.until_told(clock_path, "> after " + std::to_string(life));
  }
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  stage.settle();
  EXPECT_THAT(
      stage.told(clock_path),
      ElementsAre("run", "> one", "> while it was down 0", "> after 0", "> while it was down 1",
                  "> after 1", "> while it was down 2", "> after 2", "finish 0"));
  EXPECT_THAT(stage.log, IsEmpty());
}

// No event had come that would say since when to ask for them.
TEST(Resume, TellsRunsOfAContainerThatHadNeverRunWhenItWasMet) {
  stage stage;
  const auto id = stage.engine.make("clock");
  stage.begin();
  stage.settle();
  stage.crash();
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.engine.die(id, 4);
  stage.engine.start_container(id);
  stage.engine.print(id, "two\n");
  stage.begin();
  stage.until_told(clock_path, "> two");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish 4", "run", "> two"));
}

// An engine looks for the place from which a log is wanted from the log's beginning.
TEST(Resume, WaitsForAnEngineThatNeedsItsTimeToFindThePlace) {
  stage stage;
  test::virtual_clock clock;
  stage.launch();
  stage.pass(clock, 1s);
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.pass(clock, 2s);
  ASSERT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
  stage.crash();
  stage.engine.print(id, "two\n");
  stage.engine.hold("read");
  stage.launch();
  stage.pass(clock, 2s);
  const int openings = stage.engine.count("logs clock");
  stage.pass(clock, 20s);
  EXPECT_EQ(stage.engine.count("logs clock"), openings) << "it is not begun again";
  stage.engine.release("read");
  stage.pass(clock, 2s);
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "> two"));
  EXPECT_THAT(stage.log, IsEmpty());
}

TEST(Resume, TellsAgainWhatWasNotCommitted) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.outbox.hold_commits();
  stage.engine.print(id, "two\n");
  stage.engine.die(id, 3);
  stage.settle();
  stage.engine.start_container(id);
  stage.engine.print(id, "three\n");
  stage.settle();
  stage.crash();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
  stage.outbox.release_commits();
  stage.begin();
  stage.until_told(clock_path, "> three");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path),
              ElementsAre("run", "> one", "> two", "finish 3", "run", "> three"));
}

TEST(Resume, TellsARestartThatItHasNotSeen) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.engine.print(id, "two\n");
  stage.engine.die(id, 7);
  stage.engine.start_container(id);
  stage.engine.print(id, "three\n");
  stage.begin();
  stage.until_told(clock_path, "> three");
  EXPECT_THAT(stage.told(clock_path),
              ElementsAre("run", "> one", "> two", "finish 7", "run", "> three"));
}

TEST(Resume, TellsARestartThatTheEngineRemembersNothingOf) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.engine.lose_events = true;
  stage.engine.print(id, "two\n");
  stage.engine.die(id, 7);
  stage.engine.start_container(id);
  stage.engine.print(id, "three\n");
  stage.begin();
  stage.until_told(clock_path, "> three");
  EXPECT_THAT(stage.told(clock_path),
              ElementsAre("run", "> one", "> two", "finish null", "run", "> three"));
}

TEST(Resume, TellsRunsThatBeganAndEndedMeanwhile) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.engine.stop_container(id);
  for (int run = 1; run < 4; ++run) {
    stage.engine.start_container(id);
    stage.engine.print(id, std::to_string(run) + "\n");
    stage.engine.die(id, run);
  }
  stage.begin();
  stage.until_told(clock_path, "finish 3");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path),
              ElementsAre("run", "> one", "stop 143", "run", "> 1", "finish 1", "run", "> 2",
                          "finish 2", "run", "> 3", "finish 3"));
}

class StoppedMeanwhile : public testing::TestWithParam<bool> {};

TEST_P(StoppedMeanwhile, IsToldWithItsExitCode) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.engine.lose_events = GetParam();
  stage.engine.print(id, "two\n");
  stage.engine.die(id, 5);
  stage.begin();
  stage.until_told(clock_path, "finish 5");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "> two", "finish 5"));
  stage.crash();
  stage.begin();
  stage.settle();
  EXPECT_EQ(stage.told(clock_path).size(), 4U) << "and not again";
}

INSTANTIATE_TEST_SUITE_P(WithEventsOrWithout, StoppedMeanwhile, testing::Bool());

TEST(Resume, TellsTheEndOfWhatWasRemovedMeanwhile) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.engine.stop_container(id);
  stage.engine.destroy(id);
  stage.begin();
  stage.until_told(clock_path, "stop 143");
  stage.until([&] { return stage.outbox.database.containers.empty(); }, "it is forgotten");
  EXPECT_FALSE(stage.is_online(clock_path));
  EXPECT_EQ(stage.state(clock_path), "gone");
  stage.crash();
  stage.begin();
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "stop 143"));
}

// Both its runs come before the first of the new one, which goes on.
TEST(Resume, TellsAllRunsOfWhatIsGoneBeforeThoseOfTheNextUnderItsName) {
  stage stage;
  stage.begin();
  const auto old = running_clock(stage);
  stage.crash();
  stage.engine.die(old, 1);
  stage.engine.start_container(old);
  stage.engine.die(old, 2);
  stage.engine.destroy(old);
  const auto fresh = stage.engine.make("clock");
  stage.engine.start_container(fresh);
  stage.engine.print(fresh, "new\n");
  stage.begin();
  stage.until_told(clock_path, "> new");
  EXPECT_THAT(stage.told(clock_path),
              ElementsAre("run", "> one", "finish 1", "run", "finish 2", "run", "> new"));
}

// Else its end would belong to nobody if it was gone by the next life.
TEST(Resume, SavesAContainerWithItsTarget) {
  stage stage;
  stage.begin();
  stage.settle();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.until([&] { return !stage.outbox.database.containers.empty(); }, "it is saved");
  EXPECT_TRUE(stage.outbox.database.targets.contains(clock_path));
}

TEST(Resume, KnowsSinceWhenToAskThoughItHasSeenNoEventYet) {
  stage stage;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.pass(2'000ms);
  stage.begin();
  stage.settle();
  stage.crash();
  stage.engine.die(id, 7);
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.begin();
  stage.until_told(clock_path, "> one");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("finish 7", "run", "> one"));
}

// As Docker 20.10 does it, and with that it is removed: the end that was sent is none.
TEST(Resume, TellsNothingTwiceWhenTheLogEndsBeforeItsPlaceIsFound) {
  stage stage;
  stage.engine.chunk_bytes = 64;
  stage.begin();
  const auto id = running_clock(stage);
  stage.engine.print(id, "two\n");
  stage.until_told(clock_path, "> two");
  stage.settle();
  stage.crash();
  stage.engine.lossy_follow = true;
  stage.engine.chunk_bytes = 1;
  stage.begin();
  const auto read_half = [&] { return stage.engine.bytes_read >= 60; };
  stage.until(read_half, "a part of the log is read");
  stage.engine.die(id, 0);
  stage.engine.destroy(id);
  stage.until([&] { return stage.outbox.database.containers.empty(); }, "all of it is told");
  EXPECT_THAT(stage.told(clock_path),
              ElementsAre("run", "> one", "> two", testing::StartsWith("finish ")));
}

// The engine tells of it a little later than it answers other questions.
TEST(Resume, WaitsForTheEventsOfWhatIsGone) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.engine.die(id, 9);
  stage.engine.destroy(id);
  stage.engine.hold("event");
  stage.begin();
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
  stage.engine.release("event");
  stage.until_told(clock_path, "finish 9");
}

TEST(Resume, TellsOfWhatIsGoneWithoutACodeWhenNobodyKnowsIt) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  const auto other = running_clock(stage, "other");
  stage.engine.die(other, 0);
  stage.until_told("container/other", "finish 0");
  stage.settle();
  stage.crash();
  stage.engine.lose_events = true;
  stage.engine.die(id, 7);
  stage.engine.destroy(id);
  stage.engine.destroy(other);
  stage.begin();
  stage.until_told(clock_path, "finish null");
  stage.until([&] { return stage.outbox.database.containers.empty(); }, "both are forgotten");
  EXPECT_THAT(stage.told("container/other"), ElementsAre("run", "> one", "finish 0"));
}

class MadeAnewMeanwhile : public testing::TestWithParam<bool> {};

TEST_P(MadeAnewMeanwhile, IsToldFromItsBeginning) {
  stage stage;
  stage.begin();
  const auto old = running_clock(stage);
  stage.crash();
  stage.engine.lose_events = GetParam();
  stage.engine.die(old, 4);
  stage.engine.destroy(old);
  const auto fresh = stage.engine.make("clock");
  stage.engine.start_container(fresh);
  stage.engine.print(fresh, "new\n");
  stage.begin();
  stage.until_told(clock_path, "> new");
  const std::string end = GetParam() ? "finish null" : "finish 4";
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", end, "run", "> new"));
  stage.settle();
  EXPECT_EQ(stage.outbox.database.containers.size(), 1U);
  EXPECT_THAT(stage.last_data(clock_path, "run"), HasSubstr(fresh));
  EXPECT_TRUE(stage.is_online(clock_path));
}

INSTANTIATE_TEST_SUITE_P(WithEventsOrWithout, MadeAnewMeanwhile, testing::Bool());

TEST(Resume, TellsThatItWasRenamedMeanwhile) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.engine.print(id, "two\n");
  stage.engine.rename(id, "watch");
  stage.begin();
  stage.until_told("container/watch", "> two");
  stage.engine.die(id, 0);
  stage.until_told("container/watch", "finish 0");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
  EXPECT_THAT(stage.told("container/watch"), ElementsAre("> two", "finish 0"));
  EXPECT_EQ(stage.state(clock_path), "gone");
}

// Between two runs nobody tells it, and still its place in the log goes along.
TEST(Resume, KnowsThePlaceInTheLogOfOneThatWasRenamedWhileItWasStopped) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  stage.settle();
  stage.engine.rename(id, "watch");
  stage.until([&] { return stage.is_online("container/watch"); }, "the new target");
  stage.settle();
  EXPECT_EQ(stage.outbox.database.containers.at(id).path, "container/watch");
  stage.crash();
  stage.begin();
  stage.engine.start_container(id);
  stage.engine.print(id, "two\n");
  stage.until_told("container/watch", "> two");
  EXPECT_THAT(stage.told("container/watch"), ElementsAre("run", "> two"));
}

TEST(Resume, ForgetsOneThatWasRenamedAndIsGone) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  stage.outbox.hold_commits();
  stage.engine.rename(id, "watch");
  stage.settle();
  stage.engine.destroy(id);
  stage.settle();
  stage.outbox.release_commits();
  stage.until([&] { return stage.outbox.database.containers.empty(); }, "it is forgotten");
}

// ---- First sight
// ---------------------------------------------------------------------------------

// ---- What is not to be told any more
// ---------------------------------------------------------------

TEST(Resume, ForgetsAContainerThatIsNotSelectedAnyMore) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.config.chosen.names = {"other"};
  stage.begin();
  stage.until([&] { return stage.outbox.database.containers.empty(); }, "it is forgotten");
  EXPECT_FALSE(stage.is_online(clock_path));
  stage.engine.print(id, "for nobody\n");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish null"));
}

TEST(Resume, ForgetsAContainerWhoseTargetWasForgotten) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.engine.destroy(id);
  stage.config.earlier.targets.clear();
  stage.begin();
  stage.until([&] { return stage.outbox.database.containers.empty(); }, "it is forgotten");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
  EXPECT_FALSE(stage.is_published(clock_path));
}

// ---- Damage, and other trouble
// -----------------------------------------------------------------------

TEST(Resume, MeetsAContainerAnewWhoseStateIsDamaged) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  ASSERT_EQ(stage.config.earlier.containers.size(), 1U);
  stage.config.earlier.containers[0].runs = "{\"version\":1";
  stage.begin();
  stage.engine.print(id, "two\n");
  stage.until_told(clock_path, "> two");
  EXPECT_THAT(stage.log, ElementsAre(HasSubstr("container clock is met as if for the first time")));
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
}

TEST(Resume, TellsLinesTwiceRatherThanNotWhenTheirPlaceIsDamaged) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  ASSERT_EQ(stage.config.earlier.containers.size(), 1U);
  stage.config.earlier.containers[0].cursor = "x";
  stage.begin();
  stage.engine.print(id, "two\n");
  stage.until_told(clock_path, "> two");
  EXPECT_THAT(stage.log, ElementsAre(HasSubstr("container clock: lines may come twice")));
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "> one", "> two"));
}

TEST(Resume, WaitsForAnEngineThatIsAwayAtTheStart) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.crash();
  stage.engine.go_away();
  stage.launch();
  stage.until([&] { return stage.is_published(clock_path); }, "what it knew");
  EXPECT_FALSE(stage.is_online(clock_path));
  stage.settle();
  stage.engine.print(id, "two\n");
  stage.engine.come_back();
  stage.until_told(clock_path, "> two");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "> two"));
}

// The engine comes up after gantry, and gantry is killed once more before that.
TEST(Resume, KnowsWhatIsNewThoughALifePassedWithoutTheEngine) {
  stage stage;
  stage.engine.set_clock(net::now().wall - 1h);  // all happened long ago
  stage.begin();
  const auto old = running_clock(stage);
  stage.crash();
  stage.engine.die(old, 0);
  stage.engine.destroy(old);
  const auto fresh = stage.engine.make("clock");
  stage.engine.start_container(fresh);
  stage.engine.print(fresh, "new\n");
  stage.engine.go_away();
  stage.launch();
  stage.until([&] { return stage.is_published(clock_path); }, "what it knew");
  stage.settle();
  stage.crash();
  stage.engine.come_back();
  stage.begin();
  stage.until_told(clock_path, "> new");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish 0", "run", "> new"));
}

TEST(Resume, RemembersTheLastJsonOfTheRun) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.engine.print(id, "{\"n\":1}\n");
  stage.until_told(clock_path, "> {\"n\":1}");
  stage.settle();
  stage.crash();
  stage.begin();
  stage.engine.print(id, "no json\n");
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  EXPECT_THAT(stage.last_data(clock_path, "finish"), HasSubstr(R"("data":{"n":1})"));
}

// By whom it was to be stopped is not forgotten.
TEST(Resume, TellsAsAStopWhatWasAskedForBefore) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.engine.kill(id, 15);
  stage.settle();
  stage.crash();
  stage.engine.lose_events = true;
  stage.engine.die(id, 143);
  stage.begin();
  stage.until_told(clock_path, "stop 143");
}

TEST(Resume, NumbersAnewWhatWasForgotten) {
  stage stage;
  stage.begin();
  const auto id = running_clock(stage);
  stage.engine.stop_container(id);
  stage.engine.destroy(id);
  stage.until_told(clock_path, "stop 143");
  stage.until([&] { return !stage.is_online(clock_path); }, "it is gone");
  stage.until_answered(stage.act("engine", "forget", R"({"all":true})"));
  stage.until([&] { return stage.outbox.database.seqs.empty(); }, "the numbers are forgotten");
  stage.outbox.pulses.clear();
  stage.crash();
  stage.begin();
  EXPECT_FALSE(stage.is_published(clock_path));
  running_clock(stage);
  EXPECT_THAT(stage.last_data(clock_path, "output"), HasSubstr(R"("seq":1)"));
}

}  // namespace
}  // namespace gantry::fleet
