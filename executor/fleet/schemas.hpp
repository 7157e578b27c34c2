// The JSON Schemas (Draft 7) of the fleet's actions and emitters, as they are published.
#pragma once

#include <string_view>

#include "executor/fleet/verbs.hpp"
#include "model/json.hpp"

namespace gantry::fleet {

// Of the data that an action takes. A slot's `run` has its own, from the configuration.
[[nodiscard]] const json::text& action_schema(verb what);

// Of the data of an emitter's pulses; by name, see emitter_names.
[[nodiscard]] const json::text& emitter_schema(std::string_view emitter);

// Schemas are written to be read, and sent without the white space.
[[nodiscard]] inline json::text minified_schema(std::string_view schema) {
  return {json::write(json::parse(schema).value())};
}

}  // namespace gantry::fleet
