// A life of a gantry, the same each time: containers, a project, slots, alerts, actions, a core
// that goes away, an engine that goes away, the end.
#pragma once

#include <string>
#include <vector>

#include "myko/generation.hpp"

namespace gantry::test {

struct played_scene {
  // JSON, one a line: each frame of gantry's in order, and before those of a step {"scene": "..."}.
  std::vector<std::string> lines;
  std::vector<std::string> refused;  // what the core took for no item or message, and why
};

// Moves a clock of its own: one at a time.
[[nodiscard]] played_scene play_scene(myko::generation with);

}  // namespace gantry::test
