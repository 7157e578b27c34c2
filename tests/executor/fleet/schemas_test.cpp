// What is published of data, and what is sent, agree.
#include "executor/fleet/schemas.hpp"

#include <gtest/gtest.h>

#include "executor/fleet/action_data.hpp"
#include "executor/fleet/line_pulses.hpp"
#include "executor/fleet/pulses.hpp"
#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {
namespace {

// The same validator serves for pulses.
void expect_fits(const json::text& data, std::string_view emitter) {
  const auto checked = check_action_data(data, emitter_schema(emitter));
  EXPECT_TRUE(checked) << emitter << " " << data.bytes << ": " << checked.error().message;
}

TEST(Schemas, AreJsonObjectsThatNameEveryMember) {
  for (const auto name : {action_names::run, action_names::stop, action_names::restart}) {
    const auto schema = json::parse(action_schema(name).bytes);
    ASSERT_TRUE(schema);
    EXPECT_EQ(*json::find_string(*schema, "type"), "object");
    EXPECT_NE(json::find(*schema, "properties"), nullptr);
  }
  for (const auto name : {emitter_names::output, emitter_names::run, emitter_names::stop,
                          emitter_names::finish, emitter_names::state}) {
    const auto schema = json::parse(emitter_schema(name).bytes);
    ASSERT_TRUE(schema);
    EXPECT_EQ(*json::find_string(*schema, "type"), "object");
    const json::value* required = json::find(*schema, "required");
    ASSERT_NE(required, nullptr);
    for (const auto& each : required->GetArray()) {
      EXPECT_NE(json::find(*json::find(*schema, "properties"), each.GetString()), nullptr);
    }
  }
  EXPECT_THROW((void)action_schema("dance"), std::logic_error);
}

TEST(Schemas, FitThePulsesOfOutput) {
  output_data data{.seq = 1, .count = 1, .text = "x", .time = 1, .json = {}};
  for (const auto stream : {engine::stream_kind::stdout_stream, engine::stream_kind::stderr_stream,
                            engine::stream_kind::tty}) {
    data.stream = stream;
    expect_fits(to_json(data), emitter_names::output);
  }
  data.truncated = true;
  expect_fits(to_json(data), emitter_names::output);
  for (const char* value : {"{}", "[1]", "null", "7", "\"x\"", "true"}) {
    data.json = json::text{value};
    expect_fits(to_json(data), emitter_names::output);
  }
}

TEST(Schemas, FitThePulsesOfRuns) {
  run run;
  run.noticed_at = 1;
  expect_fits(run_data(run, "id", "busybox"), emitter_names::run);
  expect_fits(end_data(run, {}), emitter_names::finish);
  run.started_at = 1;
  run.error = "x";
  run.oom_killed = true;
  run.end = run_end{3, 2};
  expect_fits(run_data(run, "id", "busybox"), emitter_names::run);
  expect_fits(end_data(run, json::text{"[1]"}), emitter_names::stop);
}

TEST(Schemas, FitThePulsesOfState) {
  using enum engine::container_state;
  for (const auto state : {created, running, paused, restarting, removing, exited, dead}) {
    engine::container_details details;
    details.summary.state = state;
    expect_fits(state_data(details, ""), emitter_names::state);
    expect_fits(state_data(details, "it failed"), emitter_names::state);
  }
  expect_fits(gone_data(), emitter_names::state);
}

// Lest all this be true because everything fits.
TEST(Schemas, DoNotFitAnything) {
  for (const auto name : {emitter_names::output, emitter_names::run, emitter_names::stop,
                          emitter_names::finish, emitter_names::state}) {
    EXPECT_FALSE(check_action_data(json::text{"{}"}, emitter_schema(name))) << name;
  }
}

}  // namespace
}  // namespace gantry::fleet
