// Everything that can die dies at random moments, and every printed line arrives once, in order.
//
// GANTRY_TEST_SEED repeats the chances; GANTRY_FAULT_LINES, _KILLS and _SECONDS make it longer.
#include <algorithm>

#include "tests/fault/scene.hpp"

namespace gantry::test {
namespace {

using namespace std::chrono_literals;

class faults : public scene {
 protected:
  // The engine's death ends a run of the containers, and takes a while: one for eight faults.
  // What there is to do is shared out to the runs.
  void share_out_to_runs() {
    deaths = std::max<std::size_t>(1, scale.faults / 8);
    const auto runs = static_cast<int>(deaths + 1);
    scale.faults = std::max<std::size_t>(1, scale.faults / (deaths + 1));
    scale.time = std::max<milliseconds>(8s, scale.time / runs);
    ASSERT_NO_FATAL_FAILURE(set_up(make_plans(deaths + 1), printing::as_stored));
  }

  // Once in two seconds at least.
  void expect_cuts() {
    EXPECT_GE(engine_proxy().counters().cuts, static_cast<std::size_t>(scale.time / 2s))
        << "empty: the streams of the engine were not cut";
  }

  std::size_t deaths = 0;  // of the engine
};

TEST_F(faults, gantry_is_killed) {
  ASSERT_NO_FATAL_FAILURE(set_up(make_plans()));
  start_printing();
  perform({fault::gantry});
  expect_a_fresh_line();
  expect_all_lines();
}

TEST_F(faults, the_core_is_killed) {
  ASSERT_NO_FATAL_FAILURE(set_up(make_plans()));
  start_printing();
  perform({fault::core});
  expect_a_fresh_line();
  expect_all_lines();
}

TEST_F(faults, the_connection_is_disturbed) {
  ASSERT_NO_FATAL_FAILURE(set_up(make_plans()));
  start_printing();
  perform({fault::connection});
  if (scale.time >= 30s) {  // so long that it is given up
    core_proxy().stall();
    let_pass(20s);
    core_proxy().heal();
  }
  expect_a_fresh_line();
  expect_all_lines();
}

TEST_F(faults, the_streams_of_the_engine_are_cut) {
  ASSERT_NO_FATAL_FAILURE(use_engine_proxy());
  engine_proxy().cut_after(2s);
  ASSERT_NO_FATAL_FAILURE(set_up(make_plans()));
  start_printing();
  let_pass(scale.time);
  expect_a_fresh_line();  // while it goes on
  expect_all_lines(drops::forbidden, resends::optional);
  expect_cuts();
}

TEST_F(faults, the_engine_is_killed) {
  ASSERT_NO_FATAL_FAILURE(use_own_engine());
  ASSERT_NO_FATAL_FAILURE(share_out_to_runs());
  start_printing();
  for (std::size_t each = 0; each < deaths; ++each) {
    let_pass(chance(scale.time / 8, scale.time / 2));
    begin(fault::engine);
    end(fault::engine);
  }
  expect_a_fresh_line();
  expect_all_lines(drops::forbidden, resends::optional);
  EXPECT_LT(judge().lines(), scale.lines) << "empty: no run was cut short";
}

TEST_F(faults, the_disk_fills) {
  constexpr std::size_t disk_bytes = 12U << 20U;
  scale.lines = std::min<std::size_t>(scale.lines, 40'000);  // they are long, and kept by the judge
  if (!use_small_disk(disk_bytes)) {
    GTEST_SKIP() << "no tmpfs can be mounted here";
  }
  auto plans = make_plans();
  for (print_plan& each : plans) {
    each.padding = 1'500;  // more than the disk and the memory hold
    each.long_lines = false;
  }
  ASSERT_NO_FATAL_FAILURE(set_up(plans));
  start_printing();

  begin(fault::disk);  // and the core is there: what is printed goes on to it
  EXPECT_LT(disk().free_bytes(), 8'192U);
  const auto before = judge().lines();
  EXPECT_TRUE(until([&] { return judge().lines() > before; }, 10s)) << "a full disk stops it all";
  let_pass(scale.time / 8);
  end(fault::disk);

  // A pulse that has just come, and was not yet echoed, has to come again.
  const auto pulses = core().counters().pulses;
  EXPECT_TRUE(until([&] { return core().counters().pulses > pulses; }, 10s));
  begin(fault::core);  // what is printed stays, as long as there is room
  (void)until([&] { return disk().free_bytes() < disk_bytes / 8; }, scale.time * 2);
  begin(fault::disk);
  let_pass(scale.time / 4);
  end(fault::core);
  EXPECT_TRUE(until([&] { return core().registered(); }, 10s));
  let_pass(1s);
  end(fault::disk);
  expect_a_fresh_line();
  expect_all_lines(drops::explained);
}

TEST_F(faults, all_together) {
  ASSERT_NO_FATAL_FAILURE(use_own_engine());
  ASSERT_NO_FATAL_FAILURE(use_engine_proxy());
  engine_proxy().cut_after(2s);
  std::vector<fault> kinds{fault::gantry, fault::core, fault::connection};
  if (use_small_disk(64U << 20U)) kinds.push_back(fault::disk);
  ASSERT_NO_FATAL_FAILURE(share_out_to_runs());
  start_printing();
  for (std::size_t each = 0; each < deaths; ++each) {
    perform(kinds, 3);
    begin(fault::engine);
    begin(fault::gantry);
    end(fault::gantry);  // it comes back before the engine does
    end(fault::engine);
  }
  perform(kinds, 3);
  expect_a_fresh_line();
  expect_all_lines(drops::explained);
  expect_cuts();
}

}  // namespace
}  // namespace gantry::test
