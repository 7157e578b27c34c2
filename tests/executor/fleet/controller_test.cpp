// The fleet as a whole: what is published as containers and the engine come and go.
#include "executor/fleet/controller.hpp"

#include <gmock/gmock.h>

#include "tests/executor/fleet/stage.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

fake_engine::labels of_project_shop(const std::string& service) {
  return {{"com.docker.compose.project", "shop"},
          {"com.docker.compose.service", service},
          {"com.docker.compose.container-number", "1"}};
}

TEST(Controller, PublishesWhatItKnewBeforeItHasSeenTheEngine) {
  stage stage;
  stage.config.earlier.targets = {{"container/clock", "clock", "", 0}};
  stage.engine.go_away();
  stage.launch();
  stage.until([&] { return stage.core.publications > 0; }, "a publication");
  EXPECT_TRUE(stage.is_published("container/clock"));
  EXPECT_FALSE(stage.is_online("container/clock"));
  EXPECT_EQ(stage.core.published.instance.status, model::instance_status::starting);
  stage.until([&] { return !stage.log.empty(); }, "a word about the engine");
  stage.settle();
  EXPECT_THAT(stage.log, ElementsAre(HasSubstr("unix:///fake.sock does not answer")));
  EXPECT_EQ(stage.core.published.instance.status, model::instance_status::error);
  EXPECT_THAT(stage.core.published.instance.message, HasSubstr("there is no engine"));
  stage.engine.come_back();
  stage.until([&] { return stage.is_online("engine"); }, "the engine is online");
  EXPECT_EQ(stage.core.published.instance.status, model::instance_status::available);
  EXPECT_EQ(stage.core.published.instance.message, "");
}

TEST(Controller, SaysOfTargetsThatWentWhileItWasNotThereThatTheyAreGone) {
  stage stage;
  stage.config.earlier.targets = {{"container/clock", "clock", "", 0}};
  stage.begin();
  EXPECT_EQ(stage.state("container/clock"), "gone");
}

TEST(Controller, PublishesContainersAsTheyComeAndGo) {
  stage stage;
  const auto old = stage.engine.make("old");
  stage.begin();
  EXPECT_TRUE(stage.is_online("container/old"));
  const auto id = stage.engine.make("clock");
  stage.until([&] { return stage.is_online("container/clock"); }, "the target");
  stage.until([&] { return stage.state("container/clock") == "created"; }, "its state");
  stage.engine.start_container(id);
  stage.until([&] { return stage.state("container/clock") == "running"; }, "its state");
  stage.engine.die(id, 2);
  stage.until([&] { return stage.state("container/clock") == "exited"; }, "its state");
  EXPECT_THAT(stage.core.latest.at("svc:container/clock:state"), HasSubstr(R"("exitCode":2)"));
  stage.engine.destroy(id);
  stage.until([&] { return !stage.is_online("container/clock"); }, "it is offline");
  EXPECT_TRUE(stage.is_published("container/clock"));
  EXPECT_EQ(stage.state("container/clock"), "gone");
}

// `docker container prune` tells of no container.
TEST(Controller, HearsOfNothingInParticularOnceAndNeverAgain) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.until([&] { return stage.state(clock_path) == "running"; }, "it runs");
  const int publications = stage.core.publications;
  stage.engine.tell_of_nothing("prune");
  stage.settle();
  EXPECT_EQ(stage.core.publications, publications);
  EXPECT_TRUE(stage.is_online(clock_path));
  EXPECT_THAT(stage.log, testing::IsEmpty());
  stage.crash();
  stage.begin();
  ASSERT_TRUE(stage.engine.events_since);
  stage.engine.tell_of_nothing("prune");  // the next millisecond
  const auto before = *stage.engine.events_since;
  stage.settle();
  stage.engine.go_away();
  stage.until([&] { return !stage.is_online(clock_path); }, "the engine is away");
  stage.engine.come_back();
  stage.until([&] { return stage.is_online(clock_path); }, "it is back");
  EXPECT_GT(*stage.engine.events_since, before);
}

// A `die` that is too large, say: the list and the inspections tell what it did.
TEST(Controller, LooksUpWhatAnEventToldThatCannotBeRead) {
  stage stage;
  stage.config.link.look_again_every = 1h;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told(clock_path, "> one");
  stage.engine.lose_events = true;
  const auto other = stage.engine.make("other");
  stage.engine.die(id, 3);
  const int lists = stage.engine.count("list");
  for (int burst = 0; burst < 100; ++burst) stage.engine.tell_unread();
  stage.until_told(clock_path, "finish 3");
  stage.until([&] { return stage.is_online("container/other"); }, "the other is found");
  EXPECT_EQ(stage.engine.count("list"), lists + 1);
  EXPECT_THAT(stage.log, testing::IsEmpty());
  EXPECT_TRUE(stage.engine.details(other).summary.name == "other");
}

TEST(Controller, DoesNotTakeAContainerForGoneWhoseEntryInTheListCannotBeRead) {
  stage stage;
  stage.config.link.look_again_every = 10ms;
  stage.begin();
  const auto first = stage.engine.make("first");
  const auto second = stage.engine.make("second");
  const auto third = stage.engine.make("third");
  stage.engine.start_container(second);
  stage.until([&] { return stage.state("container/second") == "running"; }, "it runs");
  stage.until([&] { return stage.is_online("container/third"); }, "all are there");
  stage.engine.unread_entries = {first, "without " + second, ""};
  stage.engine.lose_events = true;
  stage.engine.die(second, 4);  // is seen by inspection
  stage.until_told("container/second", "finish 4");
  stage.settle();
  EXPECT_TRUE(stage.is_online("container/first"));
  EXPECT_TRUE(stage.is_online("container/second"));
  EXPECT_TRUE(stage.is_online("container/third"));
  stage.engine.destroy(first);
  stage.engine.destroy(second);
  stage.until([&] { return !stage.is_online("container/first"); }, "it is gone");
  stage.until([&] { return !stage.is_online("container/second"); }, "it is gone");
  EXPECT_TRUE(stage.is_online("container/third"));
}

// A time that lies ahead of the engine's clock would keep back all events until then.
TEST(Controller, DoesNotAskForEventsFromAfterTheEnginesOwnTime) {
  stage stage;
  stage.config.last_event = engine::time_max;
  stage.config.link.look_again_every = 1h;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.until([&] { return stage.is_online(clock_path); }, "it is published by its event");
  stage.engine.start_container(id);
  stage.engine.go_away();
  stage.until([&] { return !stage.is_online(clock_path); }, "the engine is away");
  stage.engine.come_back();
  stage.until([&] { return stage.is_online(clock_path); }, "it is back");
  EXPECT_LT(stage.engine.events_since.value_or(0), engine::noon + 3'600 * engine::one_second);
}

TEST(Controller, LeavesAloneWhatIsNotChosen) {
  stage stage;
  const auto self = stage.engine.make("gantry");
  stage.config.own_container = self;
  stage.engine.make("shy", {{"gantry.ignore", "true"}});
  stage.begin();
  stage.engine.make("shy2", {{"gantry.ignore", "true"}});
  stage.engine.start_container(self);
  stage.engine.make("clock");
  stage.until([&] { return stage.is_online("container/clock"); }, "the one that is chosen");
  stage.settle();
  EXPECT_EQ(stage.core.published.targets.size(), 2U);
  EXPECT_EQ(stage.engine.count("inspect gantry"), 0);
}

TEST(Controller, RemembersTheTargetsWheneverTheyChange) {
  stage stage;
  const auto saved = [&] { return stage.outbox.database.targets; };
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.until([&] { return stage.is_online("container/clock"); }, "the target");
  EXPECT_THAT(saved(),
              ElementsAre(testing::Pair("container/clock",
                                        outbox::saved_target{"container/clock", "clock", "", 0})));
  stage.engine.start_container(id);
  stage.engine.destroy(id);
  stage.until([&] { return !stage.is_online("container/clock"); }, "it is offline");
  ASSERT_EQ(saved().size(), 1U);
  EXPECT_GT(saved().begin()->second.gone_since, 0);
}

// Compose makes the new one under another name, stops the old one, removes it, and renames.
TEST(Controller, TellsAReCreationByComposeAsOneTarget) {
  const std::string path = "container/shop/web/1";
  stage stage;
  stage.begin();
  const auto old = stage.engine.make("shop-web-1", of_project_shop("web"));
  stage.engine.start_container(old);
  stage.engine.print(old, "old\n");
  stage.until_told(path, "> old");
  auto labels = of_project_shop("web");
  labels["com.docker.compose.replace"] = "web-1";
  const auto fresh = stage.engine.make("abc_shop-web-1", labels);
  stage.until([&] { return stage.state(path) == "created"; }, "the new one is the target");
  stage.engine.print(old, "old, to the end\n");
  stage.until_told(path, "> old, to the end");
  EXPECT_EQ(stage.state(path), "created");
  stage.engine.stop_container(old);
  stage.until_told(path, "stop 143");
  stage.engine.destroy(old);
  stage.engine.rename(fresh, "shop-web-1");
  stage.engine.start_container(fresh);
  stage.engine.print(fresh, "new\n");
  stage.until_told(path, "> new");
  EXPECT_THAT(stage.told(path),
              ElementsAre("run", "> old", "> old, to the end", "stop 143", "run", "> new"));
  EXPECT_TRUE(stage.is_online(path));
  EXPECT_EQ(stage.state(path), "running");
  std::vector<std::string> targets;
  for (const auto& [each, target] : stage.core.published.targets) targets.push_back(each.value);
  EXPECT_THAT(targets, ElementsAre("svc:" + path, "svc:engine", "svc:project/shop"));
}

TEST(Controller, GoesOnWithTheOldContainerWhenComposeTakesTheNewOneBack) {
  const std::string path = "container/shop/web/1";
  stage stage;
  stage.config.link.look_again_every = 10ms;
  stage.begin();
  const auto old = stage.engine.make("shop-web-1", of_project_shop("web"));
  stage.engine.start_container(old);
  stage.engine.print(old, "one\n");
  stage.until_told(path, "> one");
  auto labels = of_project_shop("web");
  labels["com.docker.compose.replace"] = "web-1";
  const auto fresh = stage.engine.make("abc_shop-web-1", labels);
  stage.until([&] { return stage.state(path) == "created"; }, "the new one is the target");
  stage.engine.destroy(fresh);
  stage.until([&] { return stage.state(path) == "running"; }, "the old one is the target");
  stage.engine.print(old, "two\n");
  stage.engine.die(old, 0);
  stage.until_told(path, "finish 0");
  stage.settle();
  EXPECT_THAT(stage.told(path), ElementsAre("run", "> one", "> two", "finish 0"));
}

// The list was made before the container was, and comes after the news of it.
TEST(Controller, BelievesAnEventMoreThanAnOlderList) {
  stage stage;
  stage.config.link.look_again_every = 10ms;
  stage.begin();
  stage.engine.hold("list");
  const int lists = stage.engine.count("list");
  stage.until([&] { return stage.engine.count("list") > lists; }, "a list is asked for");
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told("container/clock", "> one");
  const int publications = stage.core.publications;
  stage.engine.release("list");
  stage.settle();
  EXPECT_TRUE(stage.is_online("container/clock"));
  EXPECT_EQ(stage.core.publications, publications) << "it was offline for a moment";
  stage.engine.print(id, "two\n");
  stage.engine.die(id, 0);
  stage.until_told("container/clock", "finish 0");
  stage.settle();
  EXPECT_THAT(stage.told("container/clock"), ElementsAre("run", "> one", "> two", "finish 0"));
}

TEST(Controller, BelievesARemovalMoreThanAnOlderList) {
  stage stage;
  stage.config.link.look_again_every = 10ms;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.until([&] { return stage.is_online("container/clock"); }, "the target");
  stage.engine.hold("list");
  const int lists = stage.engine.count("list");
  stage.until([&] { return stage.engine.count("list") > lists; }, "a list is asked for");
  stage.engine.destroy(id);
  stage.until([&] { return !stage.is_online("container/clock"); }, "it is offline");
  const int publications = stage.core.publications;
  stage.engine.release("list");
  stage.settle();
  EXPECT_EQ(stage.core.publications, publications) << "it came back for a moment";
}

// The answer was made while the container was there, and comes after the news of its removal.
TEST(Controller, BelievesARemovalMoreThanAnOlderInspection) {
  stage stage;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told("container/clock", "> one");
  stage.engine.die(id, 0);
  stage.until_told("container/clock", "finish 0");
  stage.settle();
  stage.engine.hold("inspect");
  const int asked = stage.engine.count("inspect clock");
  stage.engine.tell("update", id);
  stage.until([&] { return stage.engine.count("inspect clock") > asked; }, "an inspection");
  stage.engine.destroy(id);
  stage.settle();
  stage.engine.release("inspect");
  stage.settle();
  EXPECT_FALSE(stage.is_online("container/clock"));
  EXPECT_THAT(stage.told("container/clock"), ElementsAre("run", "> one", "finish 0"));
}

TEST(Controller, ForgetsTheOutputOfTargetsThatAreForgotten) {
  stage stage;
  stage.config.link.look_again_every = 10ms;
  stage.begin();
  const auto run_clock = [&] {
    const auto id = stage.engine.make("clock");
    stage.engine.start_container(id);
    stage.engine.print(id, "hello\n");
    stage.until([&] { return !stage.last_data("container/clock", "output").empty(); }, "a line");
    EXPECT_THAT(stage.last_data("container/clock", "output"), HasSubstr(R"("seq":1)"));
    stage.outbox.pulses.clear();
    stage.engine.stop_container(id);
    stage.engine.destroy(id);
    stage.until([&] { return !stage.is_online("container/clock"); }, "it is offline");
  };
  run_clock();
  stage.engine.lose_events = true;  // or each would be a publication
  std::vector<std::string> jobs;
  for (std::size_t made = 0; made < roster::gone_max; ++made) {
    jobs.push_back(stage.engine.make("job" + std::to_string(made)));
  }
  stage.until([&] { return stage.is_online("container/job0"); }, "the jobs");
  for (const auto& id : jobs) stage.engine.destroy(id);
  stage.until([&] { return !stage.is_published("container/clock"); }, "it is forgotten");
  EXPECT_EQ(stage.core.published.targets.size(), roster::gone_max + 1);
  stage.engine.lose_events = false;
  run_clock();  // numbered anew
}

TEST(Controller, ForgetsWhatIsGoneOfAProject) {
  for (const char* name : {"shop", "project/shop", "svc:project/shop"}) {
    stage stage;
    stage.begin();
    const auto web = stage.engine.make("shop-web-1", of_project_shop("web"));
    stage.engine.make("shop-db-1", of_project_shop("db"));
    const auto clock = stage.engine.make("clock");
    stage.until([&] { return stage.is_online("container/shop/db/1"); }, "the targets");
    stage.engine.destroy(web);
    stage.engine.destroy(clock);
    stage.until([&] { return !stage.is_online("container/clock"); }, "they are gone");
    const auto data = R"({"target":")" + std::string(name) + R"("})";
    EXPECT_EQ(stage.until_answered(stage.act("engine", "forget", data)),
              R"({"changed":true,"forgotten":["container/shop/web/1"],)"
              R"("message":"1 target was forgotten","ok":true})");
    stage.until([&] { return !stage.is_published("container/shop/web/1"); }, "it is deleted");
    EXPECT_TRUE(stage.is_published("container/shop/db/1")) << "it is there";
    EXPECT_TRUE(stage.is_published("container/clock"));
  }
}

// "DEL Action svc:container/clock:kill", in the order in which a core is told.
std::vector<std::string> deletions(const model::catalogue& all) {
  std::vector<std::string> out;
  for (const model::change& each : publication(all)) {
    if (each.type == model::change_type::set) continue;
    out.push_back("DEL " + std::string(item_type(each.item)) + " " + id_of(each.item));
  }
  return out;
}

TEST(Controller, DeletesWhatAnEarlierLifePublishedAndThisOneDoesNot) {
  stage stage;
  stage.config.actions = action_policy({.allow = {"container/*:kill"}});
  stage.config.stats.containers = {"container/*"};
  slots::slot_template job;
  job.name = "job";
  job.image = "app";
  stage.config.slots = {job};
  stage.begin();
  stage.engine.make("clock");
  const auto gone = stage.engine.make("gone");
  stage.until([&] { return stage.is_online("container/clock"); }, "the target");
  stage.until([&] { return stage.is_online("container/gone"); }, "the target");
  stage.engine.destroy(gone);
  stage.until([&] { return !stage.is_online("container/gone"); }, "it is gone");
  EXPECT_THAT(deletions(stage.core.published), testing::IsEmpty());

  stage.crash();
  stage.config.actions = {};
  stage.config.stats.containers.clear();
  stage.config.slots.clear();
  stage.begin();
  const auto told = deletions(stage.core.published);
  for (const char* each :
       {"Action svc:container/clock:kill", "Action svc:container/gone:kill",
        "Emitter svc:container/clock:stats", "Pulse svc:container/clock:stats",
        "Pulse svc:slot/job:output", "Emitter svc:slot/job:output", "Action svc:slot/job:run",
        "TargetStatus host:svc:svc:slot/job", "Target svc:slot/job"}) {
    EXPECT_THAT(told, Contains("DEL " + std::string(each)));
  }
  EXPECT_EQ(told.size(), 2U + 2 * 2 + 2 * 7 + 2 + 1 + 1) << testing::PrintToString(told);
  std::vector<std::string> types;
  for (const auto& each : told) {
    const std::string type = each.substr(4, each.find(' ', 4) - 4);
    if (types.empty() || types.back() != type) types.push_back(type);
  }
  EXPECT_THAT(types, ElementsAre("Pulse", "Emitter", "Action", "TargetStatus", "Target"));
  EXPECT_TRUE(stage.is_published("container/gone")) << "somebody may have bound to it";
  EXPECT_TRUE(stage.is_online("container/clock"));

  stage.crash();  // and again: no core says that it has heard it
  stage.begin();
  EXPECT_EQ(deletions(stage.core.published), told);
}

// Nobody is to hear of what waited for the core.
TEST(Controller, DropsThePulsesOfASlotThatIsNoMore) {
  stage stage;
  slots::slot_template job;
  job.name = "job";
  job.image = "app";
  stage.config.slots = {job};
  stage.begin();
  stage.crash();
  stage.config.slots.clear();
  stage.outbox.batches.clear();
  stage.begin();
  std::vector<std::string> dropped;
  for (const auto& batch : stage.outbox.batches) {
    for (const auto& each : batch.dropped_targets) dropped.push_back(each.value);
  }
  EXPECT_THAT(dropped, ElementsAre("svc:slot/job"));
}

// Whatever is under way when it is cancelled: nothing goes on, and nothing is touched afterwards.
class Cancelled : public testing::TestWithParam<int> {};

TEST_P(Cancelled, LeavesNothingRunning) {
  stage stage;
  const auto old = stage.engine.make("old");
  stage.engine.start_container(old);
  stage.config.link.look_again_every = 2ms;
  stage.config.rules = {{}, {.pulses_per_second = 5}};
  stage.launch();
  stage.io.restart();
  const int steps = GetParam() * 3;
  for (int step = 0; step < steps; ++step) {
    if (step == 20) {
      const auto id = stage.engine.make("clock", of_project_shop("web"));
      stage.engine.start_container(id);
      for (int line = 0; line < 10; ++line) stage.engine.print(id, "line\n");
    }
    if (step == 40) stage.engine.cut_logs();
    if (step == 60) stage.engine.stop_container(old);
    if (step == 70) stage.act("container/shop/web/1", "restart");
    if (step == 80) stage.act("project/shop", "stop");
    if (step == 100) stage.engine.go_away();
    if (step == 120) stage.engine.come_back();
    stage.io.run_one_for(5ms);
  }
  stage.cancel();
  const auto pulses = stage.outbox.pulses.size();
  stage.engine.come_back();
  const auto ticket = stage.act("container/old", "run");
  stage.settle();
  EXPECT_EQ(stage.outbox.pulses.size(), pulses);
  EXPECT_THAT(stage.answer(ticket), HasSubstr("does not answer"));
}

INSTANTIATE_TEST_SUITE_P(AtAnyMoment, Cancelled, testing::Range(0, 60));

}  // namespace
}  // namespace gantry::fleet
