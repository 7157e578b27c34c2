// What becomes of the targets when a stream is cut, a call hangs or is not allowed, and when the
// engine says nothing any more: by the test's own clock.
#include "executor/fleet/engine_link.hpp"

#include <gmock/gmock.h>

#include "tests/executor/fleet/stage.hpp"
#include "tests/support/virtual_clock.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string web_path = "container/web";

class engine_link_in_time : public testing::Test {
 protected:
  engine_link_in_time() { play.config.link = {}; }
  ~engine_link_in_time() override {
    for (int turn = 0; turn < 8; ++turn) {
      play.io.restart();
      play.io.poll();
    }
    play.cancel();
  }

  void begin() {
    play.launch();
    pass(2s);
    ASSERT_TRUE(play.is_online("engine"));
  }
  void pass(std::chrono::seconds time) { play.pass(clock, time); }
  std::string start(const std::string& name) {
    std::string id = play.engine.make(name);
    play.engine.start_container(id);
    return id;
  }
  std::string alert(const std::string& path) const {
    for (const auto& [id, each] : play.core.published.alerts) {
      if (each.entity == "svc:" + path) return each.code;
    }
    return "";
  }
  const std::string& message() const { return play.core.published.instance.message; }

  test::virtual_clock clock;
  stage play;
};

// ---- Streams that are cut

TEST_F(engine_link_in_time, shows_nobody_that_the_stream_of_events_was_cut) {
  const auto web = start("web");
  begin();
  const int publications = play.core.publications;
  for (int cut = 0; cut < 20; ++cut) {
    play.engine.cut_events();
    pass(3s);
    EXPECT_TRUE(play.is_online(web_path));
  }
  EXPECT_EQ(play.core.publications, publications);
  EXPECT_THAT(play.log, IsEmpty());
  play.engine.print(web, "one\n");
  play.engine.cut_events();
  play.engine.die(web, 7);  // nobody hears of it as it happens
  pass(2s);
  EXPECT_THAT(play.told(web_path), ElementsAre("> one", "finish 7"));
}

TEST_F(engine_link_in_time, opens_a_stream_that_is_cut_again_and_again_not_for_ever_at_once) {
  begin();
  for (int cut = 0; cut < 100; ++cut) {
    play.engine.cut_events();
    play.io.restart();
    play.io.poll();
  }
  pass(5s);
  EXPECT_TRUE(play.is_online("engine"));
  EXPECT_LT(play.engine.count("list"), 20);
}

TEST_F(engine_link_in_time, gives_an_engine_that_is_gone_two_seconds_to_be_back) {
  start("web");
  begin();
  play.engine.go_away();
  pass(1s);
  EXPECT_TRUE(play.is_online(web_path));
  EXPECT_THAT(play.log, IsEmpty());
  play.engine.come_back();
  pass(5s);
  EXPECT_TRUE(play.is_online(web_path));
  EXPECT_THAT(play.log, IsEmpty());
  play.engine.go_away();
  pass(4s);
  EXPECT_FALSE(play.is_online(web_path));
  EXPECT_EQ(alert("engine"), "engine-lost");
  EXPECT_THAT(message(), HasSubstr("there is no engine"));
  play.engine.come_back();
  pass(2s);
  EXPECT_TRUE(play.is_online(web_path));
  EXPECT_EQ(alert("engine"), "");
}

// As behind a proxy whose own connection to the engine hangs: pings are answered all the time.
TEST_F(engine_link_in_time, gives_it_no_longer_where_the_events_hang_that_are_asked_for_again) {
  start("web");
  begin();
  play.engine.hold("events");
  play.engine.cut_events();
  pass(1s);
  EXPECT_TRUE(play.is_online(web_path));
  pass(3s);
  EXPECT_FALSE(play.is_online(web_path));
  play.engine.release("events");
  pass(35s);
  EXPECT_TRUE(play.is_online(web_path));
  play.log.clear();
}

TEST_F(engine_link_in_time, tells_what_happened_in_that_time) {
  const auto web = start("web");
  begin();
  play.engine.go_away();
  play.engine.print(web, "last\n");
  play.engine.die(web, 5);
  pass(1s);
  play.engine.come_back();
  pass(3s);
  EXPECT_THAT(play.told(web_path), ElementsAre("> last", "finish 5"));
  EXPECT_THAT(play.log, IsEmpty());
}

// ---- Calls that hang

TEST_F(engine_link_in_time, lets_no_inspection_that_hangs_hold_up_another) {
  const auto web = start("web");
  start("stuck");
  begin();
  play.engine.hold("inspect stuck");
  const int asked = play.engine.count("inspect stuck");
  for (const auto& each : play.engine.containers()) play.engine.tell("update", each.id);
  pass(1s);
  play.engine.die(web, 3);
  pass(1s);
  EXPECT_EQ(play.state(web_path), "exited");
  EXPECT_EQ(alert("container/stuck"), "");
  pass(5s);
  EXPECT_EQ(alert("container/stuck"), "not-answering");
  EXPECT_EQ(alert(web_path), "");
  EXPECT_TRUE(play.is_online("container/stuck"));
  EXPECT_THAT(play.log, ElementsAre(HasSubstr("does not answer when it is asked for its state")));
  EXPECT_THAT(message(), HasSubstr("1 alert: stuck: not answering."));
  start("new");
  pass(2s);
  EXPECT_EQ(play.state("container/new"), "running");
  EXPECT_EQ(play.engine.count("inspect stuck"), asked + 1);
  play.engine.release("inspect stuck");
  pass(1s);
  EXPECT_EQ(alert("container/stuck"), "");
  play.log.clear();
}

TEST_F(engine_link_in_time, lets_others_through_while_a_hundred_inspections_hang) {
  for (int each = 0; each < 100; ++each) {
    start("stuck" + std::to_string(each));
    play.engine.hold("inspect stuck" + std::to_string(each));
  }
  const auto web = start("web");
  play.launch();
  pass(40s);
  EXPECT_EQ(play.state(web_path), "running");
  play.engine.die(web, 3);
  pass(6s);
  EXPECT_EQ(play.state(web_path), "exited");
  EXPECT_EQ(alert("container/stuck99"), "not-answering");
  play.log.clear();
}

TEST_F(engine_link_in_time, lets_no_statistics_that_hang_hold_up_others) {
  play.config.stats = {.containers = {"*"}, .every = 10s};
  start("a");
  start("stuck");
  start("web");
  play.engine.hold("stats stuck");
  begin();
  pass(30s);
  EXPECT_GE(play.engine.count("stats a"), 3);
  EXPECT_GE(play.engine.count("stats web"), 3);
  EXPECT_EQ(play.engine.count("stats stuck"), 1);
  EXPECT_EQ(alert("container/stuck"), "not-answering");
  play.engine.release("stats stuck");
  pass(1s);
  EXPECT_EQ(alert("container/stuck"), "");
  pass(20s);
  EXPECT_GE(play.engine.count("stats stuck"), 2);
  play.log.clear();
}

TEST_F(engine_link_in_time, goes_on_while_a_list_hangs) {
  const auto web = start("web");
  begin();
  play.engine.hold("list");
  pass(60s);
  play.engine.die(web, 3);
  pass(1s);
  EXPECT_EQ(play.state(web_path), "exited");
  EXPECT_TRUE(play.is_online(web_path));
  play.engine.hold("info");
  pass(60s);
  play.engine.start_container(web);
  pass(1s);
  EXPECT_EQ(play.state(web_path), "running");
}

// ---- An engine that says nothing

TEST_F(engine_link_in_time, notices_an_engine_that_says_nothing_in_five_seconds) {
  start("web");
  begin();
  pass(30s);
  play.engine.freeze();
  pass(2s);  // it may have been silent for 2 s before
  EXPECT_TRUE(play.is_online(web_path));
  pass(5s);
  EXPECT_FALSE(play.is_online(web_path));
  EXPECT_THAT(message(), HasSubstr("it said nothing for 5 s, not even to a ping"));
  EXPECT_EQ(alert("engine"), "engine-lost");
  EXPECT_EQ(alert(web_path), "");
  pass(300s);
  play.engine.thaw();
  pass(2s);
  EXPECT_TRUE(play.is_online(web_path)) << message();
  EXPECT_EQ(play.log.size(), 1U) << play.log.back();
  play.log.clear();
}

TEST_F(engine_link_in_time, waits_for_an_engine_that_is_slow) {
  const auto web = start("web");
  begin();
  play.engine.hold("ping");
  for (int line = 0; line < 30; ++line) {
    pass(2s);
    play.engine.tell("exec_create", web);
    EXPECT_TRUE(play.is_online(web_path));
  }
  EXPECT_THAT(play.log, IsEmpty());
}

TEST_F(engine_link_in_time, takes_its_own_sleep_for_no_silence_of_the_engine) {
  start("web");
  begin();
  for (int times = 0; times < 5; ++times) {
    clock.pass(1h, play.io);
    pass(1s);
    EXPECT_TRUE(play.is_online(web_path));
  }
  EXPECT_THAT(play.log, IsEmpty());
}

TEST_F(engine_link_in_time, asks_an_idle_engine_once_in_two_seconds_at_most) {
  begin();
  const int before = play.engine.count("ping");
  pass(60s);
  EXPECT_LE(play.engine.count("ping") - before, 30);
  EXPECT_GE(play.engine.count("ping") - before, 15);
}

// ---- Calls that are not allowed

TEST_F(engine_link_in_time, lists_often_where_events_are_not_allowed) {
  play.engine.refuse("events", 403);
  const auto web = start("web");
  begin();
  pass(2s);
  EXPECT_THAT(play.log, ElementsAre(HasSubstr("seen by listing them, some seconds late")));
  play.engine.print(web, "one\n");
  play.engine.die(web, 4);
  start("new");
  pass(8s);
  EXPECT_THAT(play.told(web_path), ElementsAre("> one", "finish 4"));
  EXPECT_TRUE(play.is_online("container/new"));
  pass(300s);
  EXPECT_EQ(play.log.size(), 1U);
  play.engine.refuse("events", 0);
  pass(301s);
  const int lists = play.engine.count("list");
  pass(60s);
  EXPECT_LE(play.engine.count("list") - lists, 3);
}

TEST_F(engine_link_in_time, says_that_there_is_nothing_to_publish_where_no_list_is_allowed) {
  play.engine.refuse("list", 403);
  start("web");
  play.launch();
  pass(100s);
  EXPECT_THAT(message(), HasSubstr("does not tell which containers there are: HTTP 403. There is "
                                   "nothing to publish until it does."));
  EXPECT_LE(play.engine.count("list"), 20);
  play.engine.refuse("list", 0);
  pass(31s);
  EXPECT_TRUE(play.is_online(web_path));
  EXPECT_EQ(message(), "");
  play.log.clear();
}

TEST_F(engine_link_in_time, goes_without_what_is_not_allowed) {
  play.config.stats = {.containers = {"*"}, .every = 10s};
  for (const char* const call : {"info", "stats", "logs", "ping"}) play.engine.refuse(call, 403);
  const auto web = start("web");
  start("other");
  begin();
  pass(100s);
  EXPECT_TRUE(play.is_online(web_path));
  EXPECT_EQ(play.log.size(), 4U);
  EXPECT_LE(play.engine.count("stats web") + play.engine.count("stats other"), 20);
  EXPECT_LE(play.engine.count("logs web"), 15);
  play.engine.die(web, 2);
  pass(3s);
  EXPECT_THAT(play.told(web_path), ElementsAre("finish 2"));
  for (const char* const call : {"info", "stats", "logs"}) play.engine.refuse(call, 0);
  pass(301s);
  EXPECT_GE(play.engine.count("stats other"), 2);
  EXPECT_GE(play.engine.open_streams, 1);
  play.log.clear();
}

// ---- A lack of our own

TEST_F(engine_link_in_time, says_that_it_has_no_descriptors_and_sets_nothing_offline) {
  const auto web = start("web");
  begin();
  play.engine.exhaust();
  play.engine.cut_events();
  play.engine.print(web, "one\n");
  play.engine.die(web, 6);
  start("late");
  pass(60s);
  EXPECT_TRUE(play.is_online(web_path));
  EXPECT_THAT(message(), HasSubstr("Gantry lacks what it needs, and tries again: no descriptors."));
  EXPECT_EQ(play.core.published.instance.status, model::instance_status::available);
  EXPECT_THAT(play.log, ElementsAre(HasSubstr("no descriptors")));
  play.engine.exhaust(false);
  pass(65s);
  EXPECT_THAT(message(), Not(HasSubstr("lacks")));
  EXPECT_EQ(play.state("container/late"), "running");
  EXPECT_THAT(play.told(web_path), ElementsAre("> one", "finish 6"));
  play.log.clear();
}

}  // namespace
}  // namespace gantry::fleet
