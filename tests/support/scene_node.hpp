// What a scene's action node of the core of 2026 sends: it makes an input of each property of the
// action's schema, and sends the default of its type for each that nobody has set.
//
// After rship-entities 4.0.0-canary.148: JsonSchemaNode::to_schema_tokens() and
// aggregate_inputs_with_defaults().
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/json.hpp"

namespace gantry::test {

struct scene_input {
  std::string path;      // "timeout", "config.brightness"
  std::string unset;     // JSON: what is sent when nobody sets it
  bool is_null = false;  // it is null, whatever is set

  bool operator==(const scene_input&) const = default;
};

// In the order of their paths.
[[nodiscard]] std::vector<scene_input> scene_inputs(const json::text& schema);

// The data of a press, with these inputs set (JSON, by path). Null counts as not set.
[[nodiscard]] json::text sent_by_scene(const json::text& schema,
                                       const std::map<std::string, std::string>& set = {});

}  // namespace gantry::test
