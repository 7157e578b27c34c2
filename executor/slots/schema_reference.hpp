// Where a $ref leads to within its document. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/json_types.hpp"

namespace gantry::slots {

// What stands at the schema's "$ref", such as "#/definitions/name"; nothing where it has none, or
// one that leads out of the document, or to nothing.
[[nodiscard]] const json::value* referenced(const json::value& schema, const json::value& document);

// Why there is no schema where the schema's "$ref" leads to, in words; nothing: there may be one.
[[nodiscard]] std::optional<std::string> problem_of_reference(const json::value& schema,
                                                              const json::value& document);

// A name as a part of a JSON pointer (RFC 6901).
[[nodiscard]] std::string pointer_token(std::string_view name);

}  // namespace gantry::slots
