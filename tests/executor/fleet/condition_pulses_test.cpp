#include "executor/fleet/condition_pulses.hpp"

#include <gtest/gtest.h>

#include "model/json.hpp"
#include "tests/executor/engine/log_bytes.hpp"

namespace gantry::fleet {
namespace {

std::string output_of(const std::string& printed) {
  const auto data =
      health_data(engine::container_health{engine::health_status::unhealthy, 1, 1, printed});
  return std::string(*json::find_string(json::parse(data.bytes).value(), "output"));
}

TEST(ConditionPulses, TellHealth) {
  EXPECT_EQ(health_data(std::nullopt).bytes, R"({"status":"none"})");
  EXPECT_EQ(
      health_data(engine::container_health{engine::health_status::unhealthy, 3, 7, "no light\n"})
          .bytes,
      R"({"exitCode":7,"failingStreak":3,"output":"no light\n","status":"unhealthy"})");
}

// Neither what a probe prints nor how an engine cuts it is known to be text.
TEST(ConditionPulses, TellBoundedTextOfAProbe) {
  EXPECT_EQ(output_of("a\xFFz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(output_of(std::string(health_output_bytes_max, 'x')).size(), health_output_bytes_max);
  EXPECT_EQ(output_of(std::string(health_output_bytes_max + 1, 'x')).size(),
            health_output_bytes_max);
  // A character of two bytes across the limit is left out as a whole.
  const std::string rest(health_output_bytes_max - 1, 'x');
  EXPECT_EQ(output_of(rest + "\xC3\xA9"), rest);
  EXPECT_LE(output_of(std::string(health_output_bytes_max, '\xFF')).size(),
            health_output_bytes_max);
}

TEST(ConditionPulses, TellStats) {
  engine::stats_sample sample;
  sample.time = engine::noon;
  sample.memory_used_bytes = 1;
  sample.memory_limit_bytes = 2;
  sample.net_received_bytes = 3;
  sample.net_sent_bytes = 4;
  sample.block_read_bytes = 5;
  sample.block_written_bytes = 6;
  sample.pids = 7;
  const std::string rest =
      R"("memory":{"limit":2,"used":1},"net":{"received":3,"sent":4},"pids":7,)"
      R"("time":"2024-05-01T12:00:00.000000000Z"})";
  EXPECT_EQ(stats_data(sample, 1.5).bytes,
            R"({"block":{"read":5,"written":6},"cpu":1.5000,)" + rest);
  EXPECT_EQ(stats_data(sample, std::nullopt).bytes,
            R"({"block":{"read":5,"written":6},"cpu":null,)" + rest);
  EXPECT_EQ(stats_gone_data().bytes, R"({"cpu":null,"pids":0})");
}

TEST(ConditionPulses, TellOfAnEngineThatIsAway) {
  EXPECT_EQ(engine_away_data("no \"socket\"").bytes,
            R"({"connected":false,"error":"no \"socket\""})");
}

}  // namespace
}  // namespace gantry::fleet
