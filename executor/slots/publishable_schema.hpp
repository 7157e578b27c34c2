// A slot's input schema as cores take it.
//
// Its author may write all of Draft 7. Cores drop an Action in silence for a list of types, a
// boolean in the place of a schema or a list of items, and make an input of each property only
// where nothing is combined. So what is published is a simpler schema that asks for no more than
// the original, as near to it as that goes; data is checked against the original. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "executor/slots/schema_words.hpp"
#include "model/json_types.hpp"

namespace gantry::slots {

struct publishable {
  json::text schema;
  // What is simpler than the original, in words, each with its place (a JSON pointer).
  std::vector<std::string> notes;
};

// Beyond these a part, or all, is published as any object.
inline constexpr std::size_t published_depth_max = 16;          // schemas within each other
inline constexpr std::size_t published_schemas_max = 1'000;     // in all, references followed
inline constexpr std::size_t published_bytes_max = 64U << 10U;  // as text
// Notes beyond are counted.
inline constexpr std::size_t notes_max = 20;

// Of a schema that problem_of_schema() has found to be one.
[[nodiscard]] publishable publishable_schema(const json::text& original, schema_words words);

}  // namespace gantry::slots
