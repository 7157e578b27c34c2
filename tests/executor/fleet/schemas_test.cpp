// What is published of data, and what is sent, agree.
#include "executor/fleet/schemas.hpp"

#include <gtest/gtest.h>

#include <array>

#include "executor/fleet/action_data.hpp"
#include "executor/fleet/condition_pulses.hpp"
#include "executor/fleet/pulses.hpp"
#include "executor/fleet/target_paths.hpp"
#include "executor/outbox/render.hpp"
#include "model/json.hpp"

namespace gantry::fleet {
namespace {

// The same validator serves for pulses.
void expect_fits(const json::text& data, std::string_view emitter) {
  const auto checked = check_action_data(data, emitter_schema(emitter).checked());
  EXPECT_TRUE(checked) << emitter << " " << data.bytes << ": " << checked.error().message;
}

constexpr std::array all_emitters{
    emitter_names::output, emitter_names::run,    emitter_names::stop,  emitter_names::finish,
    emitter_names::state,  emitter_names::health, emitter_names::stats, emitter_names::engine};

// As it is published when it is queued.
json::text queued(const json::text& data) {
  outbox::record out;
  out.seq = 1;
  out.body = data.bytes;
  return outbox::data_of(out);
}

TEST(Schemas, AreJsonObjectsThatNameEveryMember) {
  for (const auto name : all_emitters) {
    const auto schema = json::parse(emitter_schema(name).published(schema_words::titles).bytes);
    ASSERT_TRUE(schema);
    EXPECT_EQ(*json::find_string(*schema, "type"), "object");
    EXPECT_NE(json::find(*json::find(*schema, "properties"), "seq"), nullptr) << name;
    EXPECT_NE(json::find(*json::find(*schema, "properties"), "suppressed"), nullptr) << name;
  }
  EXPECT_NE(
      json::find(*json::parse(emitter_schema(emitter_names::alerts).checked().bytes), "properties"),
      nullptr);
  EXPECT_THROW((void)emitter_schema("dance"), std::logic_error);
}

TEST(Schemas, FitThePulsesOfOutput) {
  outbox::record data;
  data.seq = 1;
  data.form = outbox::form::lines;
  data.time = 1;
  for (const auto stream : engine::all_streams) {
    data.stream = stream;
    expect_fits(outbox::data_of(data), emitter_names::output);
  }
  for (const char* line : {"x", "{}", "[1]", "null", "7", "\"x\"", "true"}) {
    data.body = line;
    expect_fits(outbox::data_of(data), emitter_names::output);
  }
  data.truncated = true;
  expect_fits(outbox::data_of(data), emitter_names::output);
  data.count = 2;
  data.body = "a\nb";
  expect_fits(outbox::data_of(data), emitter_names::output);
}

// Any emitter may be queued, and what waits too long of it is dropped.
TEST(Schemas, FitTheNoticesOfAllEmitters) {
  outbox::record notice;
  notice.form = outbox::form::notice;
  notice.seq = 7;
  notice.body = outbox::reasons::expired;
  for (const auto name : all_emitters) {
    for (const std::uint64_t count : {0U, 1U, 5U}) {
      notice.count = count;
      expect_fits(outbox::data_of(notice), name);
    }
  }
}

TEST(Schemas, FitThePulsesOfRuns) {
  run run;
  run.noticed_at = 1;
  expect_fits(queued(run_data(run, "id", "busybox")), emitter_names::run);
  expect_fits(queued(end_data(run, {})), emitter_names::finish);
  run.started_at = 1;
  run.error = "x";
  run.oom_killed = true;
  run.end = run_end{3, 2};
  expect_fits(queued(run_data(run, "id", "busybox")), emitter_names::run);
  expect_fits(queued(end_data(run, json::text{"[1]"})), emitter_names::stop);
}

TEST(Schemas, FitThePulsesOfState) {
  using enum engine::container_state;
  for (const auto state : {created, running, paused, restarting, removing, exited, dead}) {
    engine::container_details details;
    details.summary.state = state;
    expect_fits(state_data(details, {}), emitter_names::state);
    expect_fits(queued(state_data(details, {.error = "it failed"})), emitter_names::state);
  }
  expect_fits(gone_data(), emitter_names::state);
}

TEST(Schemas, FitThePulsesOfConditions) {
  using enum engine::health_status;
  for (const auto status : {starting, healthy, unhealthy}) {
    expect_fits(queued(health_data(engine::container_health{status, 2, 1, "no light"})),
                emitter_names::health);
  }
  expect_fits(health_data(std::nullopt), emitter_names::health);
  expect_fits(stats_data({}, std::nullopt), emitter_names::stats);
  expect_fits(queued(stats_data({}, 1.5)), emitter_names::stats);
  expect_fits(stats_gone_data(), emitter_names::stats);
  expect_fits(queued(engine_data({}, engine::engine_info{}, "")), emitter_names::engine);
  expect_fits(engine_data({}, std::nullopt, "it did not tell"), emitter_names::engine);
  expect_fits(engine_away_data("no such file"), emitter_names::engine);
}

// Lest all this be true because everything fits.
TEST(Schemas, DoNotFitAnything) {
  for (const auto name : all_emitters) {
    EXPECT_FALSE(check_action_data(json::text{R"({"seq":"x"})"}, emitter_schema(name).checked()))
        << name;
    EXPECT_FALSE(check_action_data(json::text{R"({"reason":1})"}, emitter_schema(name).checked()))
        << name;
    EXPECT_FALSE(check_action_data(json::text{R"({"what":1})"}, emitter_schema(name).checked()))
        << name;
  }
}

}  // namespace
}  // namespace gantry::fleet
