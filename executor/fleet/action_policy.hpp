// Which actions a target has: what is safe for everybody, and what the operator's configuration
// and a container's label say.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "executor/fleet/verbs.hpp"

namespace gantry::fleet {

// A container's label that narrows its actions to those that it names: "run,stop". It never gives
// one that the configuration does not: whoever starts containers is not who runs gantry.
inline constexpr std::string_view actions_label = "gantry.actions";

struct action_rules {
  bool read_only = false;  // no actions at all
  // Patterns of PATH:ACTION, such as container/web*:exec.
  std::vector<std::string> allow;  // beside those that are there by default
  std::vector<std::string> deny;   // over all others

  bool operator==(const action_rules&) const = default;
};

class action_policy {
 public:
  action_policy() = default;
  explicit action_policy(action_rules rules) : rules_(std::move(rules)) {}

  // `path` is the target's, without its service; `label` the value of the container's
  // actions_label.
  [[nodiscard]] bool allows(std::string_view path, verb what,
                            const std::optional<std::string>& label = std::nullopt) const;
  // Why it is not allowed, and what to do about it; for whoever tried.
  [[nodiscard]] std::string why_not(std::string_view path, verb what,
                                    const std::optional<std::string>& label = std::nullopt) const;

  [[nodiscard]] const action_rules& rules() const { return rules_; }

 private:
  action_rules rules_;
};

}  // namespace gantry::fleet
