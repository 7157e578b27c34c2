// An action that a core asks for: its checked data, and what its outcome says.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "executor/engine/container_types.hpp"
#include "executor/fleet/action_data.hpp"
#include "executor/fleet/verbs.hpp"
#include "myko/session/command_desk.hpp"

namespace gantry::fleet {

struct kill_options {
  std::string signal;  // SIGTERM
};

struct write_options {
  std::string line;  // with its newline
};

struct exec_options {
  std::vector<std::string> command;
  std::string user;                 // empty: the container's
  std::chrono::seconds timeout{4};  // so that the outcome is in the answer
};

struct pull_options {
  std::string image;
};

// Nothing: as it is.
struct configure_options {
  std::optional<std::string> log_level;
  std::optional<std::chrono::seconds> look_again_every;
  std::optional<std::chrono::seconds> stats_every;

  bool operator==(const configure_options&) const = default;
};
// As the data of `configure`.
[[nodiscard]] json::text to_json(const configure_options& options);

struct forget_options {
  std::optional<std::string> target;  // nothing: all
};

// A verb with its checked data.
struct order {
  verb what = verb::run;
  // Of the verbs that have any; stop_options are those of stop and restart.
  std::variant<std::monostate, stop_options, kill_options, write_options, exec_options,
               engine::removal, pull_options, configure_options, forget_options>
      options;
};

// Checks the data against the verb's schema; the failure says where and why.
[[nodiscard]] result<order> make_order(verb verb, const std::optional<json::text>& data);

// The outcome of one engine call on the container `name`.
[[nodiscard]] myko::action_outcome describe(verb verb, const std::string& name,
                                            const result<engine::change>& changed);
// ... which says of an order's options what matters: the signal, a missing `force`.
[[nodiscard]] myko::action_outcome describe(const order& order, const std::string& name,
                                            const result<engine::change>& changed);

// The outcome of forgetting: `wanted` as in the order, `forgotten` the paths.
[[nodiscard]] myko::action_outcome describe_forgotten(const std::optional<std::string>& wanted,
                                                      const std::vector<std::string>& forgotten);

// The outcome of a group's action from those of its members; `left_out`: who may not do it, and
// why; `notes`: what is to be said of it all the same.
struct member_outcome {
  std::string name;
  myko::action_outcome outcome;
};
[[nodiscard]] myko::action_outcome combine(const std::string& group,
                                           const std::vector<member_outcome>& members,
                                           const std::vector<std::string>& left_out = {},
                                           const std::vector<std::string>& notes = {});

}  // namespace gantry::fleet
