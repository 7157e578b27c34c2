// The data of an action, checked against the action's schema.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "model/json.hpp"
#include "model/result.hpp"

namespace gantry::fleet {

// Options of stop and restart.
struct stop_options {
  std::optional<std::chrono::seconds> grace;  // nothing: the engine's default
};

// Fails when `data` does not fit the JSON Schema (Draft 7): the text says where (a JSON pointer)
// and why, in words; also when a schema with patterns would have to match a text of more than
// matched_bytes_max. Absent and null data count as {}.
[[nodiscard]] result<json::document> check_action_data(const std::optional<json::text>& data,
                                                       const json::text& schema);

// Of checked data.
[[nodiscard]] stop_options read_stop_options(const json::value& data);

}  // namespace gantry::fleet
