#include "executor/fleet/stats_sampler.hpp"

#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;

engine::stats_sample sample(engine::timestamp time, std::uint64_t cpu_nanos) {
  engine::stats_sample out;
  out.time = time;
  out.cpu_nanos = cpu_nanos;
  return out;
}

bool tells(const json::text& pulse, const std::string& cpu) {
  return pulse.bytes.find("\"cpu\":" + cpu + ",") != std::string::npos;
}

TEST(StatsSampler, WantsWhatItsPatternsName) {
  EXPECT_FALSE(stats_sampler({}).is_on());
  EXPECT_FALSE(stats_sampler({}).wants("container/web"));
  const stats_sampler some({.containers = {"container/web*", "container/db"}});
  EXPECT_TRUE(some.is_on());
  EXPECT_TRUE(some.wants("container/web1"));
  EXPECT_TRUE(some.wants("container/db"));
  EXPECT_FALSE(some.wants("container/db2"));
}

TEST(StatsSampler, BeginsItsRoundsAtTheInterval) {
  stats_sampler sampler({.containers = {"*"}, .every = 8s});
  EXPECT_EQ(sampler.pause_after(0ms), 8s);
  EXPECT_EQ(sampler.pause_after(5s), 3s);
  EXPECT_EQ(sampler.pause_after(7s), 2s) << "a quarter is the engine's own";
  EXPECT_EQ(sampler.pause_after(60s), 2s);
  sampler.set_every(4s);
  EXPECT_EQ(sampler.pause_after(1s), 3s);
}

TEST(StatsSampler, TellsTheCpuFromTheSecondSampleOn) {
  stats_sampler sampler({.containers = {"*"}});
  EXPECT_TRUE(tells(sampler.told("a", sample(1'000, 100)), "null"));
  EXPECT_TRUE(tells(sampler.told("b", sample(2'000, 900)), "null")) << "of another container";
  EXPECT_TRUE(tells(sampler.told("a", sample(2'000, 600)), "0.5000"));
  EXPECT_TRUE(tells(sampler.told("a", sample(3'000, 10)), "null")) << "another run";
  EXPECT_TRUE(tells(sampler.told("a", sample(4'000, 1'510)), "1.5000"));
  sampler.keep({"b"});
  EXPECT_TRUE(tells(sampler.told("a", sample(5'000, 2'000)), "null")) << "it did not run";
  EXPECT_TRUE(tells(sampler.told("b", sample(3'000, 1'900)), "1.0000"));
}

}  // namespace
}  // namespace gantry::fleet
