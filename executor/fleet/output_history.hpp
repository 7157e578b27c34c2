// What is told of the output of a container that runs already when it is first seen.
#pragma once

#include <chrono>

namespace gantry::fleet {

enum class history_extent {
  none,    // what it prints from now on
  all,     // and all that the engine still has
  recent,  // and of that, the lines that are not older than `age`
};

struct output_history {
  history_extent extent = history_extent::none;
  std::chrono::milliseconds age{0};

  bool operator==(const output_history&) const = default;
};

}  // namespace gantry::fleet
