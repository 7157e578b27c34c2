#include "executor/engine/events.hpp"

#include <gtest/gtest.h>

namespace gantry::engine {
namespace {

event told(const std::string& action, std::map<std::string, std::string> attributes = {}) {
  event out;
  out.action = action;
  out.attributes = std::move(attributes);
  return out;
}

TEST(events, of_programs_inside_are_known) {
  EXPECT_TRUE(is_exec_event(told("exec_create: sh -c true")));
  EXPECT_TRUE(is_exec_event(told("exec_die")));
  EXPECT_FALSE(is_exec_event(told("die")));
}

TEST(events, tell_of_health) {
  EXPECT_EQ(health_told(told("health_status: healthy")), health_status::healthy);
  EXPECT_EQ(health_told(told("health_status: unhealthy")), health_status::unhealthy);
  EXPECT_EQ(health_told(told("health_status: starting")), health_status::starting);
  EXPECT_FALSE(health_told(told("health_status")));
  EXPECT_FALSE(health_told(told("health_status: running")));
  EXPECT_FALSE(health_told(told("oom")));
}

TEST(events, tell_of_exit_codes) {
  EXPECT_EQ(exit_code_told(told("die", {{"exitCode", "137"}})), 137);
  EXPECT_EQ(exit_code_told(told("die", {{"exitCode", "-1"}})), -1);
  EXPECT_FALSE(exit_code_told(told("die")));
  EXPECT_FALSE(exit_code_told(told("die", {{"exitCode", "1x"}})));
  EXPECT_FALSE(exit_code_told(told("exec_die", {{"exitCode", "1"}})));
}

}  // namespace
}  // namespace gantry::engine
