// What headers need to know of JSON: a value kept as text, and the names of the tree's types. What
// reads, writes and looks into the tree is in model/json.hpp.
#pragma once

#include <rapidjson/fwd.h>

#include <string>

namespace gantry::json {

using value = rapidjson::Value;
using document = rapidjson::Document;

// A JSON value kept as its text: cheap to copy, compare and embed. Whoever makes one guarantees
// that `bytes` is exactly one valid JSON value in UTF-8.
struct text {
  std::string bytes = "null";
  bool operator==(const text&) const = default;
};

}  // namespace gantry::json
