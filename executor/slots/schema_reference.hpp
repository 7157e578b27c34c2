// Where a $ref leads to within its document. Pure.
#pragma once

#include "model/json_types.hpp"

namespace gantry::slots {

// What stands at the schema's "$ref", such as "#/definitions/name"; nothing where it has none, or
// one that leads out of the document, or to nothing.
[[nodiscard]] const json::value* referenced(const json::value& schema, const json::value& document);

}  // namespace gantry::slots
