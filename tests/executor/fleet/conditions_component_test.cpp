// How containers are is told: their health and what they use, and that it holds no more.
#include <gmock/gmock.h>

#include "executor/fleet/controller.hpp"
#include "tests/executor/fleet/stage.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr const char* clock_health = "svc:container/clock:health";
constexpr const char* clock_stats = "svc:container/clock:stats";

std::string latest(const stage& stage, const char* emitter) {
  const auto found = stage.core.latest.find(emitter);
  return found == stage.core.latest.end() ? "" : found->second;
}

bool says(const stage& stage, const char* emitter, const std::string& what) {
  return latest(stage, emitter).find(what) != std::string::npos;
}

void set_health(stage& stage, const std::string& id, engine::health_status status) {
  stage.engine.details(id).health = engine::container_health{status, 0, 0, "said"};
}

TEST(Conditions, AreRightThoughEveryEventIsLost) {
  stage stage;
  stage.config.link.look_again_every = 10ms;
  stage.begin();
  const auto id = stage.engine.make("clock");
  stage.until([&] { return stage.state("container/clock") == "created"; }, "its state");
  stage.engine.lose_events = true;
  stage.engine.start_container(id);
  stage.engine.print(id, "one\n");
  stage.until_told("container/clock", "> one");
  EXPECT_EQ(stage.state("container/clock"), "running");
  set_health(stage, id, engine::health_status::unhealthy);
  stage.until([&] { return says(stage, clock_health, "unhealthy"); }, "its health");
  stage.engine.die(id, 3);
  stage.until_told("container/clock", "finish 3");
  EXPECT_EQ(stage.state("container/clock"), "exited");
}

TEST(Conditions, TellAChangeOfHealthOnce) {
  stage stage;
  const auto id = stage.engine.make("clock");
  set_health(stage, id, engine::health_status::starting);
  stage.engine.start_container(id);
  stage.begin();
  stage.until([&] { return says(stage, clock_health, "starting"); }, "its health");
  stage.settle();
  const int told = stage.core.latest_told;
  set_health(stage, id, engine::health_status::healthy);
  stage.engine.tell("health_status: healthy", id);
  stage.engine.tell("health_status: healthy", id);
  stage.until([&] { return says(stage, clock_health, R"("healthy")"); }, "its health");
  stage.settle();
  EXPECT_EQ(stage.core.latest_told, told + 2) << "the health, and the state that names it";
  EXPECT_THAT(latest(stage, "svc:container/clock:state"), HasSubstr(R"("health":"healthy")"));
}

TEST(Conditions, TellWhatAContainerUses) {
  stage stage;
  stage.config.stats = {.containers = {"container/clock"}, .every = 50ms};
  stage.engine.start_container(stage.engine.make("clock"));
  stage.engine.start_container(stage.engine.make("other"));
  stage.begin();
  stage.until([&] { return says(stage, clock_stats, R"("cpu":null)"); }, "the first sample");
  stage.until([&] { return says(stage, clock_stats, R"("cpu":1.0000)"); }, "the second");
  EXPECT_EQ(latest(stage, "svc:container/other:stats"), "");
  EXPECT_EQ(stage.engine.count("stats other"), 0);
}

TEST(Conditions, WhatARunUsedDoesNotOutliveIt) {
  stage stage;
  stage.config.stats = {.containers = {"container/clock"}, .every = 10ms};
  const auto id = stage.engine.make("clock");
  stage.engine.start_container(id);
  stage.begin();
  for (int run = 0; run < 2; ++run) {
    stage.until([&] { return says(stage, clock_stats, "memory"); }, "its stats");
    stage.engine.die(id, 0);
    stage.until_told("container/clock", "finish 0");
    stage.until([&] { return says(stage, clock_stats, R"({"cpu":null,"pids":0})"); }, "nothing");
    stage.settle();
    EXPECT_EQ(latest(stage, clock_stats), R"({"cpu":null,"pids":0})");
    stage.engine.start_container(id);
  }
}

TEST(Conditions, DoNotOutliveTheirContainer) {
  stage stage;
  stage.config.stats = {.containers = {"container/clock"}, .every = 10ms};
  const auto id = stage.engine.make("clock");
  set_health(stage, id, engine::health_status::healthy);
  stage.engine.start_container(id);
  stage.begin();
  stage.until([&] { return says(stage, clock_stats, "memory"); }, "its stats");
  EXPECT_TRUE(says(stage, clock_health, "healthy"));
  stage.engine.die(id, 0);
  stage.engine.destroy(id);
  stage.until([&] { return stage.state("container/clock") == "gone"; }, "it is gone");
  stage.settle();
  EXPECT_EQ(latest(stage, clock_health), R"({"status":"none"})");
  EXPECT_EQ(latest(stage, clock_stats), R"({"cpu":null,"pids":0})");
}

// It went while nobody looked: the core still has what an earlier life told.
TEST(Conditions, DoNotOutliveAContainerOfAnEarlierLife) {
  stage stage;
  stage.config.earlier.targets = {{"container/clock", "clock", "", 0}};
  stage.config.stats = {.containers = {"container/clock"}};
  stage.begin();
  EXPECT_EQ(stage.state("container/clock"), "gone");
  EXPECT_EQ(latest(stage, clock_health), R"({"status":"none"})");
  EXPECT_EQ(latest(stage, clock_stats), R"({"cpu":null,"pids":0})");
}

}  // namespace
}  // namespace gantry::fleet
