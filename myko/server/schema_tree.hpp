// The JSON Schemas that the core of 2026 can read, and what it makes of them.
//
// It reads a schema as a tree of objects in which some members have one type only: `type` is one
// string, `properties` holds schemas, `items` is one schema. What does not fit drops the whole
// Emitter or Action. Members that it does not know are kept as they are.
// Source: the page on the core of 2026, Storing.
#pragma once

#include <string>

#include "model/json.hpp"

namespace gantry::myko {

// What keeps it from being read, and where: "/properties/a/type is no string". Empty: nothing.
[[nodiscard]] std::string schema_fault(const json::value& schema);

// The schema as the core writes it: without null in members that it knows, `$defs` as
// `definitions`. Precondition: schema_fault() finds nothing.
[[nodiscard]] json::value kept_schema(const json::value& schema,
                                      json::document::AllocatorType& memory);

}  // namespace gantry::myko
