// Does a container fulfil what others wait for?
#include "executor/fleet/compose_condition.hpp"

#include <gmock/gmock.h>

namespace gantry::fleet {
namespace {

using enum compose_condition;
using engine::container_state;
using engine::health_status;
using kind = compose_verdict::kind;
using testing::HasSubstr;

engine::container_details in(container_state state, int exit_code = 0) {
  engine::container_details out;
  out.summary.state = state;
  out.exit_code = exit_code;
  return out;
}

engine::container_details with_health(health_status status) {
  engine::container_details out = in(container_state::running);
  out.health = {.status = status, .failing_streak = 3, .last_exit_code = 1, .last_output = "no\nx"};
  return out;
}

TEST(ComposeCondition, HealthyIsWhatTheCheckSays) {
  EXPECT_EQ(judge(healthy, with_health(health_status::starting)).what, kind::not_yet);
  EXPECT_EQ(judge(healthy, with_health(health_status::healthy)).what, kind::holds);
  const auto sick = judge(healthy, with_health(health_status::unhealthy));
  EXPECT_EQ(sick.what, kind::never);
  EXPECT_EQ(sick.why,
            "is unhealthy: its health check failed 3 times in a row, the last time with: no");
}

TEST(ComposeCondition, WithoutACheckRunningIsHealthyAndIsSaid) {
  const auto seen = judge(healthy, in(container_state::running));
  EXPECT_EQ(seen.what, kind::holds);
  EXPECT_THAT(seen.why, HasSubstr("has no health check"));
}

TEST(ComposeCondition, WhatEndedWillNotBeHealthy) {
  const auto seen = judge(healthy, in(container_state::exited, 3));
  EXPECT_EQ(seen.what, kind::never);
  EXPECT_EQ(seen.why, "does not run: it ended with exit code 3");
  EXPECT_EQ(judge(healthy, in(container_state::restarting, 3)).what, kind::not_yet);
  EXPECT_EQ(judge(healthy, in(container_state::created)).why, "was never started");
  EXPECT_EQ(judge(done, in(container_state::removing)).what, kind::never);
}

TEST(ComposeCondition, CompletedIsAnEndWithZero) {
  EXPECT_EQ(judge(completed, in(container_state::running)).what, kind::not_yet);
  EXPECT_EQ(judge(completed, in(container_state::restarting)).what, kind::not_yet);
  EXPECT_EQ(judge(completed, in(container_state::exited)).what, kind::holds);
  const auto failed = judge(completed, in(container_state::exited, 7));
  EXPECT_EQ(failed.what, kind::never);
  EXPECT_EQ(failed.why, "ended with exit code 7");
  auto dead = in(container_state::dead);
  dead.error = "no space left";
  EXPECT_EQ(judge(completed, dead).why, "ended with exit code 0 (no space left)");
}

TEST(ComposeCondition, DoneIsThatItRuns) {
  EXPECT_EQ(judge(done, in(container_state::running)).what, kind::holds);
  EXPECT_EQ(judge(done, in(container_state::paused)).what, kind::holds);
  EXPECT_EQ(judge(done, in(container_state::exited)).what, kind::never);
}

}  // namespace
}  // namespace gantry::fleet
