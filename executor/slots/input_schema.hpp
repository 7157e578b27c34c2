// The JSON Schema that a slot's input has to fit, checked when it is configured rather than by the
// first run.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gantry::slots {

// What is wrong with it, and where; nothing: it is a schema (Draft 7) of an object.
[[nodiscard]] std::optional<std::string> problem_of_schema(std::string_view text);

}  // namespace gantry::slots
