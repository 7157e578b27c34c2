// Whatever a hostile core and a hostile engine do: gantry lives, tells everything true that it
// could know within 5 s of their return to good manners, and ends within 5 s when it is asked to.
//
// GANTRY_TEST_SEED repeats the chances; scripts/hostile is the long form.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fault/peers/hostile_scene.hpp"
#include "tests/support/seed.hpp"

namespace gantry::test {
namespace {

template <typename T>
std::vector<T> joined(std::vector<T> one, std::vector<T> other) {
  one.insert(one.end(), std::make_move_iterator(other.begin()),
             std::make_move_iterator(other.end()));
  return one;
}

// A line for scripts/hostile.
void write_hostile_report(const std::string& line) {
  const char* file = std::getenv("GANTRY_FAULT_REPORT");
  if (file != nullptr) std::ofstream(file, std::ios::app) << line << '\n';
}

void play(const hostile_plan& plan, std::uint64_t count) {
  for (const std::uint64_t seed : seeds(count)) {
    hostile_scene scene(plan, seed);
    const auto wrong = scene.play();
    write_hostile_report(scene.report());
    if (wrong.empty()) continue;
    std::string text =
        seed_text(seed) + " repeats it; all is in " + scene.folder() + "\n" + scene.report() + "\n";
    for (const std::string& each : wrong) text += each + "\n";
    ADD_FAILURE() << text;
  }
}

TEST(hostile_peers, items_of_the_engine) { play({"items", odd_item_acts(), {}}, 2); }

TEST(hostile_peers, answers_of_the_engine) { play({"answers", bad_answer_acts(), {}}, 3); }

TEST(hostile_peers, an_engine_that_comes_and_goes) { play({"absence", absence_acts(), {}}, 2); }

TEST(hostile_peers, frames_of_the_core) { play({"frames", {}, odd_frame_acts()}, 2); }

TEST(hostile_peers, connections_to_the_core) {
  play({"connections", {}, bad_connection_acts()}, 2);
}

TEST(hostile_peers, all_together) {
  play({"all", joined(joined(odd_item_acts(), bad_answer_acts()), absence_acts()),
        joined(odd_frame_acts(), bad_connection_acts())},
       3);
}

}  // namespace
}  // namespace gantry::test
