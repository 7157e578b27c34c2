// The keywords of JSON Schema (Draft 7) by what they hold.
#pragma once

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

namespace gantry::slots {

// One schema; "items" holds one, or a list.
inline constexpr std::array<std::string_view, 8> single_schemas{"additionalProperties",
                                                                "additionalItems",
                                                                "contains",
                                                                "else",
                                                                "if",
                                                                "not",
                                                                "propertyNames",
                                                                "then"};
inline constexpr std::array<std::string_view, 4> listed_schemas{"allOf", "anyOf", "items", "oneOf"};
// By name; those of "dependencies" may be lists of names instead.
inline constexpr std::array<std::string_view, 5> named_schemas{
    "$defs", "definitions", "dependencies", "patternProperties", "properties"};
// What is in it looks like a schema at most.
inline constexpr std::array<std::string_view, 5> data_keywords{"const", "default", "enum",
                                                               "examples", "required"};

[[nodiscard]] inline bool is_one_of(std::span<const std::string_view> names,
                                    std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace gantry::slots
