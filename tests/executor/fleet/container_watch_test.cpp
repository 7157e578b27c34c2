// What is told of one container, whatever happens to it, to its log and to the engine.
#include "executor/fleet/container_watch.hpp"

#include <gmock/gmock.h>

#include "model/json.hpp"
#include "tests/executor/fleet/stage.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string data_of_finish(const stage& stage) { return stage.last_data(clock_path, "finish"); }

// The id of a container that runs, and has printed it.
std::string begin_with_one_line(stage& stage) {
  stage.begin();
  std::string id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told(clock_path, "> one");
  return id;
}

TEST(ContainerWatch, TellsARunWithItsLinesInOrder) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.engine.print(id, "two\n", engine::stream_kind::stderr_stream);
  stage.engine.print(id, "{\"three\": 3}\n");
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  EXPECT_THAT(stage.told(clock_path),
              ElementsAre("run", "> one", "! two", "> {\"three\": 3}", "finish 0"));
  EXPECT_EQ(stage.last_data(clock_path, "output"),
            R"({"count":1,"json":{"three": 3},"run":")" + id.substr(0, 12) +
                R"(-1","seq":3,"stream":"stdout","text":"{\"three\": 3}",)"
                R"("time":"2024-05-01T12:00:00.007000000Z"})");
  EXPECT_EQ(data_of_finish(stage),
            R"({"seq":1,"askedBy":null,"data":{"three": 3},"durationMs":6,"error":"",)"
            R"("exitCode":0,"finishedAt":"2024-05-01T12:00:00.009000000Z","oomKilled":false,)"
            R"("run":")" +
                id.substr(0, 12) +
                R"(-1","signal":null,)"
                R"("startedAt":"2024-05-01T12:00:00.003000000Z"})");
}

std::string text_at(const stage& stage, const char* emitter, const char* key) {
  const auto data = json::parse(stage.last_data(clock_path, emitter));
  return data ? std::string(json::find_string(*data, key).value_or("")) : "";
}

TEST(ContainerWatch, NamesARunInAllOfItsPulsesAlsoWhenGantryWasKilledMeanwhile) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  for (int number = 1; number <= 3; ++number) {
    const std::string name = id.substr(0, 12) + "-" + std::to_string(number);
    const std::string line = "> one of " + std::to_string(number);
    stage.engine.start_container(id);
    stage.engine.print(id, line.substr(2) + "\n");
    stage.until_told(clock_path, line);
    stage.settle();
    const std::string start = text_at(stage, "run", "startedAt");
    EXPECT_EQ(text_at(stage, "run", "run"), name);
    EXPECT_EQ(text_at(stage, "output", "run"), name);
    if (number == 2) {
      stage.crash();
      stage.begin();
    }
    stage.engine.die(id, number);
    stage.until_told(clock_path, "finish " + std::to_string(number));
    EXPECT_EQ(text_at(stage, "finish", "run"), name);
    EXPECT_EQ(text_at(stage, "finish", "startedAt"), start) << "one start, whoever told of it";
  }
}

// All is over, and nothing but the events and the log is left, before we see anything.
TEST(ContainerWatch, LosesNothingOfAContainerThatIsOverBeforeItIsLookedAt) {
  stage stage;
  stage.begin();
  stage.engine.hold("inspect");
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.engine.die(id, 3);
  stage.settle();
  stage.engine.release("inspect");
  stage.until_told(clock_path, "finish 3");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish 3"));
}

TEST(ContainerWatch, TellsEachOfManyShortRunsOnce) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  std::vector<std::string> expected;
  for (int run = 0; run < 20; ++run) {
    stage.engine.start_container(id);
    stage.engine.print(id, "line of " + std::to_string(run) + "\n");
    stage.engine.die(id, run);
    if (run % 3 == 0) stage.settle();
    const std::string number = std::to_string(run);
    expected.insert(expected.end(), {"run", "> line of " + number, "finish " + number});
  }
  stage.until_told(clock_path, "finish 19");
  stage.settle();
  EXPECT_EQ(stage.told(clock_path), expected);
}

TEST(ContainerWatch, KeepsApartTheRunsOfALogThatIsReadBehind) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.hold("read");
  stage.engine.start_container(id);
  stage.engine.print(id, "first\n");
  stage.settle();
  stage.engine.stop_container(id);
  stage.engine.start_container(id);
  stage.engine.print(id, "second\n");
  stage.settle();
  stage.engine.release("read");
  stage.until_told(clock_path, "> second");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> first", "stop 143", "run", "> second"));
}

TEST(ContainerWatch, ReadsAgainWhatAnEngineLeftOutOfAFollowedLog) {
  stage stage;
  stage.begin();
  stage.engine.lossy_follow = true;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told(clock_path, "> one");
  stage.engine.print(id, "two\n");
  stage.engine.print(id, "without a newline");
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  EXPECT_THAT(stage.told(clock_path),
              ElementsAre("run", "> one", "> two", "> without a newline", "finish 0"));
}

class CutStream : public testing::TestWithParam<bool> {};

TEST_P(CutStream, IsResumedWithoutLossOrDuplicate) {
  stage stage;
  stage.engine.chunk_bytes = 13;  // within headers, stamps and lines
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  std::vector<std::string> expected{"run"};
  for (int line = 0; line < 12; ++line) {
    const std::string text = "line " + std::to_string(line);
    stage.engine.print(id, text + "\n");
    expected.push_back("> " + text);
    if (line == 3 || line == 8) {
      for (int step = 0; step < 20 * line; ++step) stage.io.poll_one();
      GetParam() ? stage.engine.break_logs() : stage.engine.cut_logs();
      stage.settle();
    }
  }
  stage.until_told(clock_path, "> line 11");
  EXPECT_EQ(stage.told(clock_path), expected);
}

INSTANTIATE_TEST_SUITE_P(InOrderOrNot, CutStream, testing::Bool());

// Some engines have been seen to go on with a log for ever.
TEST(ContainerWatch, DoesNotWaitForEverForTheEndOfALog) {
  stage stage;
  stage.begin();
  stage.engine.endless_follow = true;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told(clock_path, "> one");
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish 0"));
}

TEST(ContainerWatch, FinishesWithNullWhenEverythingIsGone) {
  stage stage;
  const auto id = begin_with_one_line(stage);
  stage.engine.lose_events = true;
  stage.engine.destroy(id);
  stage.engine.break_logs();
  stage.until_told(clock_path, "finish null");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish null"));
  EXPECT_THAT(data_of_finish(stage), HasSubstr(R"("finishedAt":null)"));
  stage.until([&] { return !stage.is_online(clock_path); }, "it is offline");
  EXPECT_EQ(stage.state(clock_path), "gone");
}

// docker run --rm: the log and the inspection are gone with the container.
TEST(ContainerWatch, TellsAnAutoRemovedContainer) {
  stage stage;
  const auto id = begin_with_one_line(stage);
  stage.engine.print(id, "two\n");
  stage.engine.die(id, 7);
  for (int step = 0; step < 4; ++step) stage.io.poll_one();
  stage.until_told(clock_path, "> two");
  stage.engine.destroy(id);
  stage.until_told(clock_path, "finish 7");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "> two", "finish 7"));
  EXPECT_EQ(stage.state(clock_path), "gone");
}

// A log's end and an inspection say so before the events do that have the exit code.
TEST(ContainerWatch, WaitsForTheEventsOfAContainerThatIsFoundGone) {
  stage stage;
  const auto id = begin_with_one_line(stage);
  stage.engine.hold("event");
  stage.engine.die(id, 3);
  stage.engine.destroy(id);
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
  stage.engine.release("event");
  stage.until_told(clock_path, "finish 3");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish 3"));
}

TEST(ContainerWatch, WaitsForTheExitCodeOfARunThatAnotherHasFollowed) {
  stage stage;
  const auto id = begin_with_one_line(stage);
  stage.engine.hold("event");
  stage.engine.die(id, 5);
  stage.engine.start_container(id);
  stage.settle();
  stage.engine.print(id, "two\n");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
  stage.engine.release("event");
  stage.until_told(clock_path, "> two");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish 5", "run", "> two"));
}

TEST(ContainerWatch, SaysWhenARunBeganThatNobodyCouldInspect) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.die(id, 7);
  stage.engine.destroy(id);
  stage.until_told(clock_path, "finish 7");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "finish 7"));
  EXPECT_THAT(data_of_finish(stage), HasSubstr(R"("startedAt":"2024-05-01T12:00:00)"));
}

TEST(ContainerWatch, FindsOutByItselfWhenEventsAreLost) {
  stage stage;
  stage.config.link.look_again_every = 10ms;
  stage.begin();
  stage.engine.lose_events = true;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told(clock_path, "> one");
  stage.engine.die(id, 4);
  stage.until_told(clock_path, "finish 4");
  stage.engine.start_container(id);
  stage.until_told(clock_path, "run");
  stage.engine.print(id, "two\n");
  stage.until_told(clock_path, "> two");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish 4", "run", "> two"));
}

TEST(ContainerWatch, GoesOnWhereItWasAfterTheEngineWasAway) {
  stage stage;
  const auto id = begin_with_one_line(stage);
  stage.engine.go_away();
  stage.until([&] { return !stage.is_online("engine"); }, "the engine is offline");
  EXPECT_FALSE(stage.is_online(clock_path));
  stage.engine.print(id, "two\n");
  stage.settle();
  stage.engine.come_back();
  stage.until_told(clock_path, "> two");
  EXPECT_TRUE(stage.is_online(clock_path));
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "> two"));
}

TEST(ContainerWatch, TellsWhatHappenedWhileTheEngineWasAway) {
  stage stage;
  const auto id = begin_with_one_line(stage);
  stage.engine.go_away();
  stage.until([&] { return !stage.is_online("engine"); }, "the engine is offline");
  stage.engine.print(id, "two\n");
  stage.engine.stop_container(id);
  stage.engine.start_container(id);
  stage.engine.print(id, "three\n");
  stage.engine.come_back();
  stage.until_told(clock_path, "> three");
  EXPECT_THAT(stage.told(clock_path),
              ElementsAre("run", "> one", "> two", "stop 143", "run", "> three"));
}

// An engine that is killed remembers no events.
TEST(ContainerWatch, TellsARestartThatNoEventSpeaksOf) {
  stage stage;
  const auto id = begin_with_one_line(stage);
  stage.engine.go_away();
  stage.engine.lose_events = true;
  stage.until([&] { return !stage.is_online("engine"); }, "the engine is offline");
  stage.engine.die(id, 0);
  stage.engine.start_container(id);
  stage.engine.print(id, "two\n");
  stage.engine.come_back();
  stage.until_told(clock_path, "> two");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish null", "run", "> two"));
}

// The end of a log is not given up for it while the engine is away.
TEST(ContainerWatch, ReadsTheEndOfALogWhenTheEngineIsBack) {
  stage stage;
  stage.begin();
  stage.engine.lossy_follow = true;
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told(clock_path, "> one");
  stage.engine.hold("logs");
  stage.engine.print(id, "two\n");
  stage.engine.die(id, 0);
  stage.settle();
  stage.engine.go_away();
  stage.engine.release("logs");
  stage.until([&] { return !stage.is_online("engine"); }, "the engine is offline");
  for (int spell = 0; spell < 10; ++spell) stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
  stage.engine.come_back();
  stage.until_told(clock_path, "finish 0");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "> two", "finish 0"));
}

TEST(ContainerWatch, GivesUpALogWhoseEndCannotBeRead) {
  stage stage;
  const auto id = begin_with_one_line(stage);
  stage.engine.refuse_logs(id, 409);
  stage.engine.die(id, 0);
  stage.engine.break_logs();
  stage.until_told(clock_path, "finish 0");
  EXPECT_THAT(stage.log, testing::Contains(HasSubstr("lines may be missing")));
}

TEST(ContainerWatch, ReadsTheEndOfALogThatCannotBeReadForAMoment) {
  for (const int status : {500, 403}) {
    stage stage;
    stage.begin();
    const auto id = stage.engine.make("clock");
    stage.engine.refuse_logs(id, status);
    stage.engine.start_container(id);
    stage.engine.print(id, "one\n");
    stage.engine.die(id, 0);
    const int tries = status == 500 ? 8 : 2;  // more than five fail
    stage.until([&] { return stage.engine.count("logs clock") >= tries; }, "it is tried again");
    EXPECT_THAT(stage.told(clock_path), ElementsAre("run"));
    stage.engine.refuse_logs(id, 0);
    stage.until_told(clock_path, "finish 0");
    EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "finish 0"));
  }
}

// As a proxy answers for an engine that is being started.
TEST(ContainerWatch, TakesNoContainerForGoneThatOnlyItsLogSaysIsGone) {
  stage stage;
  const auto id = begin_with_one_line(stage);
  stage.engine.refuse_logs(id, 404);
  stage.engine.break_logs();
  stage.until([&] { return stage.engine.count("logs clock") >= 3; }, "it is tried again");
  stage.engine.refuse_logs(id, 0);
  stage.engine.print(id, "two\n");
  stage.until_told(clock_path, "> two");
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one", "> two", "finish 0"));
}

TEST(ContainerWatch, TellsRunsOfAContainerWhoseDriverKeepsNoLog) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.refuse_logs(id, 501);
  stage.engine.start_container(id);
  stage.settle();
  stage.engine.die(id, 5);
  stage.until_told(clock_path, "finish 5");
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "finish 5"));
  EXPECT_EQ(stage.engine.count("logs clock"), 1);
  EXPECT_THAT(stage.log, ElementsAre(HasSubstr("its output cannot be read")));
}

TEST(ContainerWatch, PausesReadingWhileTheCoreHasNoRoom) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "0\n");
  stage.until_told(clock_path, "> 0");
  stage.outbox.set_full(true);
  stage.engine.print(id, "1\n");  // this one was being waited for
  stage.until_told(clock_path, "> 1");
  std::vector<std::string> expected{"run", "> 0", "> 1"};
  for (int line = 2; line < 100; ++line) {
    stage.engine.print(id, std::to_string(line) + "\n");
    expected.push_back("> " + std::to_string(line));
  }
  stage.settle();
  EXPECT_EQ(stage.told(clock_path).size(), 3U);
  stage.outbox.set_full(false);
  stage.until_told(clock_path, "> 99");
  EXPECT_EQ(stage.told(clock_path), expected);
}

TEST(ContainerWatch, CombinesWhatComesFasterThanTheRate) {
  stage stage;
  stage.config.rules = {{}, {.pulses_per_second = 20}};
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  std::vector<std::string> expected{"run"};
  for (int line = 0; line < 3'000; ++line) {
    const std::string text = "a line with the number " + std::to_string(line);
    stage.engine.print(id, text + "\n");
    expected.push_back("> " + text);
  }
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  expected.emplace_back("finish 0");
  EXPECT_EQ(stage.told(clock_path), expected);
  EXPECT_LT(stage.outbox.pulses.size(), 60U);
}

TEST(ContainerWatch, TellsAKillAsAStopButNotAHangup) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.kill(id, 1);
  stage.engine.die(id, 0);
  stage.until_told(clock_path, "finish 0");
  stage.engine.start_container(id);
  stage.engine.kill(id, 9);
  stage.engine.die(id, 137);
  stage.until_told(clock_path, "stop 137");
}

// Only its events tell whether somebody asked a run to end.
TEST(ContainerWatch, WaitsForTheEventsOfARunThatAnInspectionShowsEnded) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.until_told(clock_path, "run");
  stage.engine.hold("event");
  stage.engine.kill(id, 9);
  stage.engine.die(id, 137);
  stage.until([&] { return stage.state(clock_path) == "exited"; }, "it is seen to have exited");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run"));
  stage.engine.release("event");
  stage.until_told(clock_path, "stop 137");
}

TEST(ContainerWatch, TellsThatMemoryRanOut) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.tell("oom", id);
  stage.engine.die(id, 137);
  stage.until_told(clock_path, "finish 137");
  EXPECT_THAT(data_of_finish(stage), HasSubstr(R"("oomKilled":true)"));
}

// An inspection that was asked for before the start, and answered after it.
TEST(ContainerWatch, IsNotMisledByAnAnswerThatIsOutOfDate) {
  stage stage;
  stage.begin();
  stage.engine.hold("inspect");
  const auto id = stage.engine.make("clock");
  stage.settle();
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.settle();
  stage.engine.release("inspect");
  stage.until_told(clock_path, "> one");
  stage.settle();
  EXPECT_THAT(stage.told(clock_path), ElementsAre("run", "> one"));
  EXPECT_EQ(stage.state(clock_path), "running");
}

TEST(ContainerWatch, FollowsItsContainerToAnotherName) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "{\"n\":1}\n");
  stage.until_told(clock_path, "> {\"n\":1}");
  stage.engine.rename(id, "watch");
  stage.until([&] { return stage.is_online("container/watch"); }, "the new target");
  EXPECT_FALSE(stage.is_online(clock_path));
  EXPECT_EQ(stage.state(clock_path), "gone");
  EXPECT_EQ(stage.state("container/watch"), "running");
  stage.engine.print(id, "two\n");
  stage.engine.die(id, 0);
  stage.until_told("container/watch", "finish 0");
  EXPECT_THAT(stage.told("container/watch"), ElementsAre("> two", "finish 0"));
  EXPECT_THAT(stage.last_data("container/watch", "finish"), HasSubstr(R"("data":{"n":1})"));
}

// The one that waits for its turn at a target is renamed meanwhile.
TEST(ContainerWatch, WaitsForItsTurnWhereItIsThen) {
  stage stage;
  stage.begin();
  const auto first = stage.engine.make("clock");
  stage.engine.start_container(first);
  stage.engine.print(first, "of the first\n");
  stage.until_told(clock_path, "> of the first");
  stage.engine.hold("read");
  stage.engine.stop_container(first);
  stage.engine.rename(first, "old");
  const auto second = stage.engine.make("clock");
  stage.engine.start_container(second);
  stage.engine.print(second, "of the second\n");
  stage.settle();
  stage.engine.rename(second, "new");
  stage.settle();
  stage.engine.release("read");
  stage.until_told("container/new", "> of the second");
  stage.engine.stop_container(second);
  stage.until_told("container/new", "stop 143");
  stage.until_told("container/old", "stop 143");
}

TEST(ContainerWatch, NumbersLinesOnThroughReCreation) {
  stage stage;
  stage.begin();
  for (int life = 0; life < 3; ++life) {
    const auto id = stage.engine.make("clock");
    stage.engine.start_container(id);
    stage.engine.print(id, "life " + std::to_string(life) + "\n");
    stage.until_told(clock_path, "> life " + std::to_string(life));
    stage.engine.stop_container(id);
    stage.engine.destroy(id);
    stage.until_told(clock_path, "stop 143");
  }
  EXPECT_EQ(stage.told(clock_path).size(), 9U);
  EXPECT_THAT(stage.last_data(clock_path, "output"), HasSubstr(R"("seq":3)"));
}

TEST(ContainerWatch, ReplacesWhatIsNoUtf8AndMarksWhatIsTooLong) {
  stage stage;
  stage.config.line_bytes_max = 10;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, std::string("a\xff\0b\n", 5));
  stage.until_told(clock_path,
                   "> a\xEF\xBF\xBD\xE2\x90\x80"
                   "b");
  stage.engine.print(id, "0123456789ABC\n");
  stage.until_told(clock_path, "> 0123456789");
  EXPECT_THAT(stage.last_data(clock_path, "output"), HasSubstr(R"("truncated":true)"));
}

TEST(ContainerWatch, DoesNotPesterAnEngineThatCannotInspect) {
  stage stage;
  stage.begin();
  stage.engine.refuse_inspections(500);
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  for (int spell = 0; spell < 5; ++spell) stage.settle();
  EXPECT_LT(stage.engine.count("inspect clock"), 10);
  stage.engine.refuse_inspections(0);
  stage.engine.print(id, "one\n");
  stage.until_told(clock_path, "> one");
}

}  // namespace
}  // namespace gantry::fleet
