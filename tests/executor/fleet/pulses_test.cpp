#include "executor/fleet/pulses.hpp"

#include <gtest/gtest.h>

#include "tests/executor/engine/log_bytes.hpp"

namespace gantry::fleet {
namespace {

using engine::noon;

TEST(Pulses, TellThatARunBegan) {
  run run;
  run.noticed_at = noon;
  EXPECT_EQ(
      run_data(run, "id", "busybox").bytes,
      R"({"containerId":"id","image":"busybox","startedAt":"2024-05-01T12:00:00.000000000Z"})");
}

TEST(Pulses, NameTheRunOfAContainer) {
  run run;
  run.number = 3;
  run.noticed_at = noon;
  run.end = run_end{};
  const std::string id(64, 'a');
  EXPECT_EQ(run_name(id, run), "aaaaaaaaaaaa-3");
  EXPECT_EQ(run_name("short", run), "short-3");
  const std::string member = R"("run":"aaaaaaaaaaaa-3")";
  EXPECT_NE(run_data(run, id, "busybox", run_name(id, run)).bytes.find(member), std::string::npos);
  EXPECT_NE(end_data(run, {}, run_name(id, run)).bytes.find(member), std::string::npos);
}

// An inspection that comes later knows it more exactly than the event of which `run` told.
TEST(Pulses, TellOneStartOfARun) {
  run run;
  run.noticed_at = run.told_start = noon + 1'600'000;
  run.started_at = noon;
  run.end = run_end{0, noon + 5'000'000};
  EXPECT_EQ(run_data(run, "id", "x").bytes,
            R"({"containerId":"id","image":"x","startedAt":"2024-05-01T12:00:00.001600000Z"})");
  const std::string data = end_data(run, {}).bytes;
  EXPECT_NE(data.find(R"("startedAt":"2024-05-01T12:00:00.001600000Z")"), std::string::npos);
  EXPECT_NE(data.find(R"("durationMs":3,)"), std::string::npos);
}

TEST(Pulses, TellHowARunEnded) {
  run run;
  run.started_at = noon;
  run.oom_killed = true;
  run.error = "no disk";
  run.end = run_end{137, noon + 1};
  EXPECT_EQ(end_data(run, json::text{R"({"a":1})"}).bytes,
            R"({"askedBy":null,"data":{"a":1},"durationMs":0,"error":"no disk","exitCode":137,)"
            R"("finishedAt":"2024-05-01T12:00:00.000000001Z","oomKilled":true,"signal":"SIGKILL",)"
            R"("startedAt":"2024-05-01T12:00:00.000000000Z"})");
}

TEST(Pulses, TellWhatIsNotKnownAsNull) {
  run run;
  run.noticed_at = noon;  // the best that we know of its start
  run.end = run_end{};
  EXPECT_EQ(end_data(run, std::nullopt).bytes,
            R"({"askedBy":null,"data":null,"durationMs":null,"error":"","exitCode":null,)"
            R"("finishedAt":null,"oomKilled":false,"signal":null,)"
            R"("startedAt":"2024-05-01T12:00:00.000000000Z"})");
}

TEST(Pulses, TellTheState) {
  engine::container_details details;
  details.summary.id = "id";
  details.summary.image = "busybox";
  details.summary.state = engine::container_state::running;
  details.exit_code = 3;
  EXPECT_EQ(state_data(details, {}).bytes,
            R"({"containerId":"id","health":"none","image":"busybox","restarts":0,)"
            R"("startedAt":null,"status":"running"})");
  details.summary.state = engine::container_state::exited;
  details.error = "of the engine";
  EXPECT_EQ(state_data(details, {}).bytes,
            R"({"askedBy":null,"containerId":"id","error":"of the engine","exitCode":3,)"
            R"("finishedAt":null,"health":"none","image":"busybox","oomKilled":false,)"
            R"("restarts":0,"signal":null,"startedAt":null,"status":"exited"})");
  EXPECT_NE(state_data(details, {.error = "of ours"}).bytes.find(R"("error":"of ours")"),
            std::string::npos);
  EXPECT_EQ(gone_data().bytes, R"({"status":"gone"})");
}

}  // namespace
}  // namespace gantry::fleet
