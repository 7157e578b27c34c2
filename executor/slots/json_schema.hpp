// Checks JSON against a JSON Schema (Draft 7).
//
// Whatever the schema and the data: no recursion without a limit, no work without an end, nothing
// thrown. Draft 7 with these differences: of the formats date, time and date-time are checked, and
// patternProperties is none of its keywords. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "model/json_types.hpp"

namespace gantry::slots {

struct schema_mismatch {
  std::string place;  // "data", and a JSON pointer below it: "data/list/1"
  std::string words;  // "must be a whole number, not a text"
};

// Schemas that are applied within each other; deeper ones take no data.
inline constexpr std::size_t applied_depth_max = 256;
// Of schemas applied, members and elements looked at: beyond, data fits no schema, for the program
// has other work, too. One is some 100 ns.
inline constexpr std::size_t schema_work_max = 1'000'000;
// More are not told.
inline constexpr std::size_t mismatches_max = 16;

// What is wrong within a value stands before what is wrong with the value; none: it fits. `schema`
// is one in which mistake_in_schema() finds no mistake.
[[nodiscard]] std::vector<schema_mismatch> find_mismatches(const json::value& data,
                                                           const json::value& schema);

}  // namespace gantry::slots
