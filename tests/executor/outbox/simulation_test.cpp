// The session and the outbox together, on virtual time, under random schedules of printing, slow
// disks, cut connections, cores that die and crashes of gantry: every line arrives, once, in order,
// or a notice stands in its place.
//
// GANTRY_TEST_SEED repeats one schedule, GANTRY_SIM_SCHEDULES says how many there are.
#include <gtest/gtest.h>

#include <cstdlib>

#include "myko/net/clock.hpp"
#include "tests/executor/outbox/simulation_world.hpp"

namespace gantry::outbox::simulation {
namespace {

// About three seconds of a debug build.
constexpr std::uint64_t schedules = 800;

std::uint64_t schedule_count() {
  const char* given = std::getenv("GANTRY_SIM_SCHEDULES");
  return given != nullptr ? std::stoull(given) : schedules;
}

void report(const happenings& seen, std::size_t count, double seconds) {
  GTEST_LOG_(INFO) << count << " schedules, "
                   << static_cast<int>(static_cast<double>(count) / std::max(seconds, 0.001))
                   << " a second: " << seen.heard.pulses << " pulses, " << seen.heard.resent
                   << " resent, " << seen.joins << " joined on disk; " << seen.crashes
                   << " crashes, " << seen.crashes_before_sending << " before all was sent, "
                   << seen.crashes_while_writing << " while writing; " << seen.cuts << " cuts; "
                   << seen.drops << " targets dropped; notices: " << seen.heard.notices_full
                   << " full, " << seen.heard.notices_expired << " expired, "
                   << seen.heard.notices_rotated << " rotated; " << seen.heard.lost
                   << " lost by servers without echoes; a fresh line took " << seen.slowest_fresh
                   << " ms at most";
}

TEST(Simulation, EveryLineArrivesOnceAndInOrderOrANoticeSaysWhy) {
  const auto begin = net::now().steady;
  happenings seen;
  const auto seeds = test::seeds(schedule_count());
  for (const std::uint64_t seed : seeds) {
    world each(seed);
    each.run();
    seen.add(each.seen());
    for (const std::string& about : each.complaints()) {
      ADD_FAILURE() << about << "\n" << test::seed_text(seed);
    }
    if (HasFailure()) return;
  }
  report(seen, seeds.size(), std::chrono::duration<double>(net::now().steady - begin).count());
  if (seeds.size() < 100) return;  // too few to have seen it all
  EXPECT_GT(seen.heard.resent, 0U);
  EXPECT_GT(seen.heard.combined, 0U);
  EXPECT_GT(seen.joins, 0U);
  EXPECT_GT(seen.crashes_before_sending, 0U);
  EXPECT_GT(seen.crashes_while_writing, 0U);
  EXPECT_GT(seen.heard.notices_full, 0U);
  EXPECT_GT(seen.heard.notices_expired, 0U);
  EXPECT_GT(seen.heard.notices_rotated, 0U);
  EXPECT_GT(seen.heard.lost, 0U);
  EXPECT_GT(seen.drops, 0U);
}

TEST(Simulation, AFreshLineDoesNotWaitForTheBacklogOfAnother) {
  std::int64_t slowest_calm = 0;
  const auto seeds = test::seeds(20);
  for (const std::uint64_t seed : seeds) {
    world each(seed);
    each.run_with_backlog();
    for (const std::string& about : each.complaints()) {
      ADD_FAILURE() << about << "\n" << test::seed_text(seed);
    }
    slowest_calm = std::max(slowest_calm, each.seen().slowest_calm);
  }
  if (seeds.size() > 1) {
    EXPECT_GT(slowest_calm, 10'000) << "no backlog was long";
  }
}

}  // namespace
}  // namespace gantry::outbox::simulation
