// What is wrong with a JSON Schema (Draft 7), so that data can be checked against it later without
// a surprise. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "model/json_types.hpp"

namespace gantry::slots {

// Beyond these a schema is refused.
inline constexpr std::size_t schemas_max = 5'000;      // in all, each counted once
inline constexpr std::size_t schemas_within_max = 64;  // that are for the same value
inline constexpr std::size_t patterns_max = 1'000;

// "at #/properties/a: its $ref ... leads nowhere": the first mistake, with its place as a JSON
// pointer, in printable text; nothing: it is a schema. Each $ref leads to a schema of the document,
// and none comes back to itself without having gone into the data; each pattern is one that
// schema_pattern compiles.
[[nodiscard]] std::optional<std::string> mistake_in_schema(const json::value& schema);

}  // namespace gantry::slots
