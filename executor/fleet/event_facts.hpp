// What the engine's events and inspections mean for what is published. Pure.
#pragma once

#include <string>

#include "executor/engine/container_streams.hpp"
#include "executor/engine/container_types.hpp"

namespace gantry::fleet {

// Does it change what is published or told of a container? Others (exec, attach) are many.
[[nodiscard]] bool is_relevant(const std::string& action);

// What an event tells of its container: enough to know it before it can be inspected, which may be
// too late for one that lives for a moment.
[[nodiscard]] engine::container_summary summary_of(const engine::event& event);

// Has it run, and does not now?
[[nodiscard]] bool has_ended(const engine::container_details& details);

}  // namespace gantry::fleet
