// The data of an action: read, and checked against a JSON Schema (Draft 7).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "executor/fleet/schema_builder.hpp"
#include "model/json_types.hpp"
#include "model/result.hpp"

namespace gantry::fleet {

// Options of stop and restart.
struct stop_options {
  std::optional<std::chrono::seconds> grace;  // nothing: the engine's default
};

// What is wrong with it, in words.
[[nodiscard]] failure unfit(std::string message);

// Absent and null data count as {}.
[[nodiscard]] result<json::document> read_action_data(const std::optional<json::text>& data);

// Leaves out what only says that it is not given.
void leave_out_not_given(json::document& data, const object_schema& schema);

// Gives the data back, or fails when it does not fit: the text says where (a JSON pointer) and why,
// in words.
[[nodiscard]] result<json::document> judge_action_data(json::document data,
                                                       const json::text& schema);

// Read, and judged.
[[nodiscard]] result<json::document> check_action_data(const std::optional<json::text>& data,
                                                       const json::text& schema);
// Of an action of our own, without what is not given.
[[nodiscard]] result<json::document> check_own_data(const std::optional<json::text>& data,
                                                    const object_schema& schema);
// Of a schema that somebody has written: judged as it came, and where it does not fit once more
// without the optional members that may be there only because nobody has set them.
[[nodiscard]] result<json::document> check_input(const std::optional<json::text>& data,
                                                 const json::text& schema);

// Of checked data.
[[nodiscard]] stop_options read_stop_options(const json::value& data);

}  // namespace gantry::fleet
