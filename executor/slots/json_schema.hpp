// Checks JSON against a JSON Schema (Draft 7), by valijson. Only json_schema.cpp sees that: to
// compile it takes as long as five other files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/json_types.hpp"

namespace gantry::slots {

// In valijson's words.
struct schema_mismatch {
  std::vector<std::string> context;  // where: <root>, [timeout], [1]; names and numbers alike
  std::string description;
};

// Why it is no schema; nothing: it is one.
[[nodiscard]] std::optional<std::string> refusal_of_schema(const json::value& schema);

// In the order in which valijson finds them, outer ones behind what is wrong inside; none: it fits.
// `schema` is one, or this throws.
[[nodiscard]] std::vector<schema_mismatch> find_mismatches(const json::value& data,
                                                           const json::value& schema);

}  // namespace gantry::slots
