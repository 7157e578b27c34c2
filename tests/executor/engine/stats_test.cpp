#include <gtest/gtest.h>

#include "executor/engine/error.hpp"
#include "executor/engine/stats_messages.hpp"

namespace gantry::engine {
namespace {

TEST(stats, of_cgroup_v2) {
  const auto out = parse_stats(R"({"read":"2024-05-01T12:00:00.000000001Z",
    "pids_stats":{"current":3,"limit":18446744073709551615},
    "cpu_stats":{"cpu_usage":{"total_usage":5000},"system_cpu_usage":90000,"online_cpus":4},
    "memory_stats":{"usage":1000,"limit":8000,"stats":{"inactive_file":300,"cache":900}},
    "networks":{"eth0":{"rx_bytes":1,"tx_bytes":2},"eth1":{"rx_bytes":10,"tx_bytes":20}},
    "blkio_stats":{"io_service_bytes_recursive":[{"major":8,"op":"read","value":7},
      {"op":"write","value":8},{"op":"read","value":70},{"op":"discard","value":1}]}})");
  ASSERT_TRUE(out) << out.error().message;
  ASSERT_TRUE(*out);
  EXPECT_EQ((*out)->time, 1'714'564'800'000'000'001);
  EXPECT_EQ((*out)->cpu_nanos, 5000u);
  EXPECT_EQ((*out)->system_cpu_nanos, 90'000u);
  EXPECT_EQ((*out)->online_cpus, 4);
  EXPECT_EQ((*out)->memory_used_bytes, 700u);
  EXPECT_EQ((*out)->memory_limit_bytes, 8000u);
  EXPECT_EQ((*out)->net_received_bytes, 11u);
  EXPECT_EQ((*out)->net_sent_bytes, 22u);
  EXPECT_EQ((*out)->block_read_bytes, 77u);
  EXPECT_EQ((*out)->block_written_bytes, 8u);
  EXPECT_EQ((*out)->pids, 3u);
}

TEST(stats, of_cgroup_v1) {
  const auto out = parse_stats(R"({"cpu_stats":{"cpu_usage":{"total_usage":5,
      "percpu_usage":[2,3]}},
    "memory_stats":{"usage":1000,"stats":{"cache":900,"total_inactive_file":100,
      "inactive_file":50}},
    "blkio_stats":{"io_service_bytes_recursive":[{"op":"Read","value":7},{"op":"Total",
      "value":7}]}})")
                       .value();
  ASSERT_TRUE(out);
  EXPECT_EQ(out->online_cpus, 2);
  EXPECT_EQ(out->memory_used_bytes, 900u);
  EXPECT_EQ(out->block_read_bytes, 7u);
}

TEST(stats, of_engines_that_tell_less) {
  const auto memory = [](const std::string& text) {
    return parse_stats(R"({"pids_stats":{"current":1},"memory_stats":)" + text + "}")
        .value()
        ->memory_used_bytes;
  };
  EXPECT_EQ(memory(R"({"usage":1000,"stats":{"cache":100}})"), 900u);
  EXPECT_EQ(memory(R"({"usage":1000})"), 1000u);  // Podman
  EXPECT_EQ(memory(R"({"usage":10,"stats":{"inactive_file":11}})"), 0u);
  EXPECT_EQ(memory("{}"), 0u);  // the kernel has no memory cgroup
}

TEST(stats, of_what_does_not_run_are_none) {
  const auto out = parse_stats(R"({"read":"0001-01-01T00:00:00Z","pids_stats":{},
    "cpu_stats":{"cpu_usage":{"total_usage":0}},"memory_stats":{},
    "blkio_stats":{"io_service_bytes_recursive":null}})");
  ASSERT_TRUE(out);
  EXPECT_FALSE(*out);
  EXPECT_FALSE(parse_stats("{}").value());
  EXPECT_FALSE(parse_stats("").value());  // as Podman says it
}

TEST(stats, must_be_some) {
  for (const char* text : {"[]", "null", "<html>"}) {
    EXPECT_EQ(parse_stats(text).error().code, errc::bad_response) << text;
  }
}

TEST(cpus_used, are_the_share_of_what_has_passed) {
  stats_sample before;
  before.time = 1'000'000'000;
  before.cpu_nanos = 100;
  before.system_cpu_nanos = 1000;
  stats_sample now = before;
  now.cpu_nanos += 300;
  now.system_cpu_nanos += 800;
  now.online_cpus = 4;
  EXPECT_DOUBLE_EQ(cpus_used(before, now).value(), 1.5);
}

TEST(cpus_used, go_by_the_clock_where_the_machines_count_is_missing) {
  stats_sample before;
  stats_sample now;
  now.time = 2'000'000'000;
  now.cpu_nanos = 500'000'000;
  EXPECT_DOUBLE_EQ(cpus_used(before, now).value(), 0.25);
}

TEST(cpus_used, of_two_runs_or_of_no_time_cannot_be_said) {
  stats_sample before;
  before.cpu_nanos = 100;
  stats_sample now;
  now.cpu_nanos = 99;
  now.time = 1;
  EXPECT_FALSE(cpus_used(before, now));
  now = before;
  EXPECT_FALSE(cpus_used(before, now));
}

}  // namespace
}  // namespace gantry::engine
