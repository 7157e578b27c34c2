// A line of output that is itself one JSON value.
#pragma once

#include <optional>
#include <string>

#include "model/json_types.hpp"

namespace gantry::outbox {

// Nothing where the line is no JSON, or is nested deeper than servers read.
[[nodiscard]] std::optional<json::text> as_json(const std::string& line);

}  // namespace gantry::outbox
