// What a hostile core does: each act once, in words and deeds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/fault/peers/hostile_core.hpp"
#include "tests/support/seed.hpp"

namespace gantry::test {

struct core_act {
  std::string name;
  // As of an engine_act.
  std::function<void(core_manners& manners, dice& chance, hostile_core& core)> begin;
  std::function<void(hostile_core& core, dice& chance)> again;
};

// Frames, commands and rows that are none, or are too much.
[[nodiscard]] std::vector<core_act> odd_frame_acts();
// It closes, refuses, resets, reads nothing, says nothing.
[[nodiscard]] std::vector<core_act> bad_connection_acts();

}  // namespace gantry::test
