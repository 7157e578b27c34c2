// A compose project is run and stopped in the order of depends_on, against an engine in memory.
#include "executor/fleet/group_orders.hpp"

#include <gmock/gmock.h>

#include "tests/executor/fleet/containers.hpp"
#include "tests/executor/fleet/stage.hpp"
#include "tests/support/virtual_clock.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using engine::health_status;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::string shop_path = "project/shop";

class group_orders_test : public testing::Test {
 protected:
  // Called SERVICE, or SERVICE-NUMBER.
  std::string make(const std::string& service, const std::string& depends_on = "",
                   const std::string& number = "1") {
    return play.engine.make(
        number == "1" ? service : service + "-" + number,
        with(compose("shop", service, number), std::string(compose_depends_on_label), depends_on));
  }

  void set_health(const std::string& id, health_status status) {
    play.engine.details(id).health = engine::container_health{.status = status,
                                                              .failing_streak = 3,
                                                              .last_exit_code = 1,
                                                              .last_output = "no route to disk"};
    play.engine.tell("health_status: " + std::string(engine::to_string(status)), id);
  }

  // The containers that this was asked of, in order.
  std::vector<std::string> asked(const std::string& call) {
    std::vector<std::string> out;
    for (const std::string& each : play.engine.asked) {
      if (each.starts_with(call + " ")) out.push_back(each.substr(call.size() + 1));
    }
    return out;
  }

  std::string error_of(const std::string& path) {
    return play.core.latest["svc:container/shop/" + path + ":state"];
  }

  stage play;
};

TEST_F(group_orders_test, RunsInOrderAndStopsTheOtherWayRound) {
  make("web", "db:service_started:false,cache:service_started:false");
  make("db");
  make("cache", "db:service_started:false");
  make("alone");
  play.begin();
  EXPECT_THAT(play.until_answered(play.act(shop_path, "run")), HasSubstr(R"("ok":true)"));
  EXPECT_THAT(asked("start"), ElementsAre("alone", "db", "cache", "web"));
  EXPECT_THAT(play.until_answered(play.act(shop_path, "stop")),
              AllOf(HasSubstr(R"("ok":true)"), Not(HasSubstr("notes"))));
  EXPECT_THAT(asked("stop"), ElementsAre("web", "alone", "cache", "db"));
}

TEST_F(group_orders_test, BeginsNothingBeforeTheAnswerThatItWaitsFor) {
  make("web", "db");
  make("db");
  make("alone");
  play.begin();
  play.engine.hold("start");
  const auto run = play.act(shop_path, "run");
  play.settle();
  EXPECT_THAT(asked("start"), ElementsAre("alone", "db")) << "side by side, without web";
  play.engine.release("start");
  (void)play.until_answered(run);
  EXPECT_THAT(asked("start"), ElementsAre("alone", "db", "web"));
  play.engine.hold("stop");
  const auto stop = play.act(shop_path, "stop");
  play.settle();
  EXPECT_THAT(asked("stop"), ElementsAre("web", "alone"));
  play.engine.release("stop");
  (void)play.until_answered(stop);
  EXPECT_THAT(asked("stop"), ElementsAre("web", "alone", "db"));
}

TEST_F(group_orders_test, WaitsUntilEveryReplicaIsHealthy) {
  make("web", "db:service_healthy:false");
  const auto first = make("db");
  const auto second = make("db", "", "2");
  for (const auto& each : {first, second}) set_health(each, health_status::starting);
  play.begin();
  const auto run = play.act(shop_path, "run");
  play.until([&] { return asked("start").size() == 2; }, "both of db are started");
  set_health(second, health_status::healthy);
  play.settle();
  EXPECT_THAT(asked("start"), ElementsAre("db", "db-2"));
  set_health(first, health_status::healthy);
  EXPECT_THAT(play.until_answered(run), HasSubstr(R"("containers":["db","db 2","web"])"));
}

TEST_F(group_orders_test, SaysWhyAContainerWasNotStartedAndStartsTheOthers) {
  const auto web = make("web", "db:service_healthy:false");
  make("proxy", "web");
  make("alone", "cache");
  make("cache");
  const auto db = make("db");
  set_health(db, health_status::starting);
  play.begin();
  const auto run = play.act(shop_path, "run");
  play.until([&] { return play.engine.is_running(db); }, "db runs");
  set_health(db, health_status::unhealthy);
  const std::string why =
      "container web was not started: it waits for db to be healthy, but container db is "
      "unhealthy: its health check failed 3 times in a row, the last time with: no route to disk";
  EXPECT_EQ(play.until_answered(run),
            "error: project shop: 3 of 5 containers did it. " + why +
                "; container proxy was not started: it waits for web to be started, but container "
                "web was not started");
  EXPECT_THAT(asked("start"), ElementsAre("cache", "db", "alone"));
  play.until([&] { return error_of("web/1").find(why) != std::string::npos; },
             "the end as a pulse of web");
  EXPECT_FALSE(play.engine.is_running(web));
  EXPECT_THAT(play.log, testing::Contains(why));
}

TEST_F(group_orders_test, WaitsForAJobToEndWell) {
  make("web", "job:service_completed_successfully:false");
  const auto job = make("job");
  play.begin();
  auto run = play.act(shop_path, "run");
  play.until([&] { return play.engine.is_running(job); }, "job runs");
  play.settle();
  EXPECT_THAT(asked("start"), ElementsAre("job"));
  play.engine.die(job, 0);
  EXPECT_THAT(play.until_answered(run), HasSubstr(R"("ok":true)"));
  EXPECT_THAT(asked("start"), ElementsAre("job", "web"));

  (void)play.until_answered(play.act(shop_path, "stop"));
  run = play.act(shop_path, "run");
  play.until([&] { return play.engine.is_running(job); }, "job runs again");
  play.engine.die(job, 4);
  EXPECT_THAT(play.until_answered(run),
              HasSubstr("container web was not started: it waits for job to end with exit code 0, "
                        "but container job ended with exit code 4"));
}

TEST_F(group_orders_test, GoesOnWithoutAHealthCheckAndSaysSo) {
  make("web", "db:service_healthy:false");
  make("db");
  play.begin();
  EXPECT_THAT(play.until_answered(play.act(shop_path, "run")),
              AllOf(HasSubstr(R"("containers":["db","web"])"),
                    HasSubstr(R"("notes":["container db has no health check)")));
  EXPECT_THAT(play.log, ElementsAre(HasSubstr("project shop: container db has no health check")));
}

TEST_F(group_orders_test, NamesACircleAndOrdersTheRest) {
  make("a", "b");
  make("b", "a,base");
  make("base");
  play.begin();
  EXPECT_THAT(play.until_answered(play.act(shop_path, "run")),
              HasSubstr(R"("notes":["depends_on goes in a circle (a -> b -> a))"));
  EXPECT_THAT(asked("start"), ElementsAre("base", "b", "a"));
}

TEST_F(group_orders_test, RestartsInOrder) {
  make("web", "db:service_healthy:false");
  const auto db = make("db");
  set_health(db, health_status::starting);
  play.begin();
  const auto restart = play.act(shop_path, "restart");
  play.until([&] { return play.engine.is_running(db); }, "db runs");
  play.settle();
  EXPECT_THAT(asked("restart"), ElementsAre("db"));
  set_health(db, health_status::healthy);
  EXPECT_THAT(play.until_answered(restart), HasSubstr("container web was restarted"));
}

TEST_F(group_orders_test, AStopEndsAStartThatIsUnderWay) {
  make("web", "db:service_healthy:false");
  const auto db = make("db");
  set_health(db, health_status::starting);
  play.begin();
  const auto run = play.act(shop_path, "run");
  play.until([&] { return play.engine.is_running(db); }, "db runs");
  const auto stop = play.act(shop_path, "stop");
  EXPECT_THAT(play.until_answered(run),
              HasSubstr("container web was not started: it was asked to stop meanwhile"));
  EXPECT_THAT(play.until_answered(stop), HasSubstr(R"("ok":true)"));
  set_health(db, health_status::healthy);
  play.settle();
  EXPECT_THAT(asked("start"), ElementsAre("db"));
  EXPECT_FALSE(play.engine.is_running(db));
  EXPECT_THAT(error_of("web/1"), Not(HasSubstr("meanwhile"))) << "that is no trouble of web";
}

TEST_F(group_orders_test, AContainerThatIsStoppedAloneIsNotStartedLater) {
  make("web", "db:service_healthy:false");
  make("other", "db:service_healthy:false");
  const auto db = make("db");
  set_health(db, health_status::starting);
  play.begin();
  const auto run = play.act(shop_path, "run");
  play.until([&] { return play.engine.is_running(db); }, "db runs");
  (void)play.until_answered(play.act("container/shop/web/1", "stop"));
  set_health(db, health_status::healthy);
  EXPECT_THAT(play.until_answered(run), HasSubstr("2 of 3 containers did it"));
  EXPECT_THAT(asked("start"), ElementsAre("db", "other"));
}

TEST_F(group_orders_test, WhatRunsIsNotHeldUpByOthers) {
  const auto web = make("web", "db:service_healthy:false");
  const auto db = make("db");
  for (const auto& each : {web, db}) play.engine.start_container(each);
  set_health(db, health_status::unhealthy);
  play.begin();
  play.until([&] { return play.state("container/shop/web/1") == "running"; }, "web is known");
  EXPECT_THAT(play.until_answered(play.act(shop_path, "run")),
              AllOf(HasSubstr(R"("ok":true)"), HasSubstr("container web is running already")));
}

TEST_F(group_orders_test, SaysThatWhatItWaitsForWasRemoved) {
  make("web", "db:service_healthy:false");
  const auto db = make("db");
  set_health(db, health_status::starting);
  play.begin();
  const auto run = play.act(shop_path, "run");
  play.until([&] { return play.engine.is_running(db); }, "db runs");
  play.settle();
  play.engine.destroy(db);
  EXPECT_THAT(play.until_answered(run), HasSubstr("but container db is gone: it was removed"));
}

class group_orders_in_time : public group_orders_test {
 protected:
  void pass(std::chrono::seconds time) { play.pass(clock, time); }

  test::virtual_clock clock;
};

TEST_F(group_orders_in_time, GivesUpOnWhatDoesNotBecomeHealthy) {
  make("web", "db:service_healthy:false");
  const auto db = make("db");
  play.engine.details(db).health = engine::container_health();
  play.launch();
  pass(2s);
  const auto run = play.act(shop_path, "run");
  pass(group_orders::healthy_within - 5s);
  EXPECT_THAT(play.answer(run), IsEmpty());
  pass(10s);
  EXPECT_THAT(play.answer(run),
              HasSubstr("but container db was not healthy within 180 s: it has a health check that "
                        "has not succeeded yet"));
}

TEST_F(group_orders_in_time, SeesWhatNoEventTells) {
  make("web", "db:service_healthy:false");
  const auto db = make("db");
  play.engine.details(db).health = engine::container_health();
  play.launch();
  pass(2s);
  const auto run = play.act(shop_path, "run");
  pass(2s);
  play.engine.lose_events = true;
  set_health(db, health_status::healthy);
  pass(group_orders::look_again_every + 1s);
  EXPECT_THAT(play.answer(run), HasSubstr(R"("containers":["db","web"])"));
}

}  // namespace
}  // namespace gantry::fleet
