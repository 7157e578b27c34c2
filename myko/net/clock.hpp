// The real clock and real chance: for whoever performs. What decides is given them as values.
#pragma once

#include "myko/session/moment.hpp"

namespace gantry::net {

[[nodiscard]] myko::moment now();

// From the operating system's generator.
[[nodiscard]] myko::random_source system_random();

}  // namespace gantry::net
