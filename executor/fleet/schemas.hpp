// The JSON Schemas (Draft 7) of the fleet's actions and emitters.
#pragma once

#include <string_view>
#include <vector>

#include "executor/fleet/schema_builder.hpp"
#include "executor/fleet/verbs.hpp"

namespace gantry::fleet {

// Of the data that an action takes. A slot's `run` has its own, from the configuration.
[[nodiscard]] const object_schema& action_schema(verb what);

// Of the data of an emitter's pulses; by name, see emitter_names.
[[nodiscard]] const object_schema& emitter_schema(std::string_view emitter);

// The members of a notice, which may stand in the place of any emitter's pulses.
[[nodiscard]] std::vector<schema_member> notice_members();

}  // namespace gantry::fleet
