// How one value is checked by one keyword of a JSON Schema that holds no schema. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/json_types.hpp"

namespace gantry::slots {

// Why the value does not fit, in words; nothing: it does, or the keyword is none of these:
// exclusiveMaximum, exclusiveMinimum, format, maxItems, maxLength, maxProperties, maximum,
// minItems, minLength, minProperties, minimum, multipleOf, type.
[[nodiscard]] std::optional<std::string> objection(std::string_view keyword,
                                                   const json::value& said,
                                                   const json::value& value);

}  // namespace gantry::slots
