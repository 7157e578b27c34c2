// A line of output that is itself one JSON value.
#pragma once

#include <optional>
#include <string>

#include "model/json_types.hpp"

namespace gantry::outbox {

// The line as it was written. Nothing where it is no JSON, or not every server can read it: it is
// nested deeper than 64 levels, or a number is not finite as a double. Servers drop the whole
// frame.
[[nodiscard]] std::optional<json::text> as_json(const std::string& line);

}  // namespace gantry::outbox
