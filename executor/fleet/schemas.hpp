// The JSON Schemas (Draft 7) of the fleet's actions and emitters, as they are published.
#pragma once

#include <string_view>

#include "model/json.hpp"

namespace gantry::fleet {

// Of the data that an action takes; by name, see action_names.
[[nodiscard]] const json::text& action_schema(std::string_view action);

// Of the data of an emitter's pulses; by name, see emitter_names.
[[nodiscard]] const json::text& emitter_schema(std::string_view emitter);

}  // namespace gantry::fleet
