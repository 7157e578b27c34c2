// An action that a core asks for: its checked data, and what its outcome says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/client.hpp"
#include "executor/fleet/action_data.hpp"
#include "executor/fleet/verbs.hpp"
#include "myko/session/command_desk.hpp"

namespace gantry::fleet {

// A verb with its checked data.
struct order {
  verb what = verb::run;
  stop_options options;               // of stop and restart
  std::optional<std::string> target;  // of forget; nothing: all
};

// Checks the data against the verb's schema; the failure says where and why.
[[nodiscard]] result<order> make_order(verb verb, const std::optional<json::text>& data);

// The outcome of one engine call on the container `name`.
[[nodiscard]] myko::action_outcome describe(verb verb, const std::string& name,
                                            const result<engine::change>& changed);

// The outcome of forgetting: `wanted` as in the order, `forgotten` the paths.
[[nodiscard]] myko::action_outcome describe_forgotten(const std::optional<std::string>& wanted,
                                                      const std::vector<std::string>& forgotten);

// The outcome of a group's action from those of its members.
struct member_outcome {
  std::string name;
  myko::action_outcome outcome;
};
[[nodiscard]] myko::action_outcome combine(const std::string& group,
                                           const std::vector<member_outcome>& members);

}  // namespace gantry::fleet
