// JSON for the whole project: simdjson reads, RapidJSON holds and writes.
//
// The tree in between is RapidJSON's, because JSON Schema validation works on it.
#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string>
#include <string_view>

#include "model/json_types.hpp"
#include "model/result.hpp"

namespace gantry::json {

// Reads exactly one JSON value. Numbers that fit no 64-bit integer become doubles, escaped halves
// of surrogate pairs U+FFFD. Fails, with the reason in the message, on anything else: no value, two
// values, invalid UTF-8, a byte order mark, nesting deeper than 512, a number out of range.
[[nodiscard]] result<document> parse(std::string_view bytes);

// The value as text, without white space.
[[nodiscard]] std::string write(const value& in);

// The value as text with the keys of every object sorted by their bytes: equal values have equal
// text, whatever order they were written in.
[[nodiscard]] std::string canonical(const value& in);

// Look-ups that treat a missing key, another type, and a value that is no object alike.
[[nodiscard]] const value* find(const value& object, std::string_view key);
[[nodiscard]] std::optional<std::string_view> find_string(const value& object,
                                                          std::string_view key);

}  // namespace gantry::json
