#include "executor/fleet/action_policy.hpp"

#include <algorithm>

#include "executor/fleet/pattern.hpp"

namespace gantry::fleet {
namespace {

bool any_fits(const std::vector<std::string>& patterns, const std::string& text) {
  return std::ranges::any_of(patterns, [&](const auto& each) { return fits(text, each); });
}

// "run, stop" names run.
bool names_action(std::string_view label, std::string_view action) {
  while (true) {
    const auto comma = label.find(',');
    std::string_view one = label.substr(0, comma);
    const auto first = one.find_first_not_of(' ');
    const auto last = one.find_last_not_of(' ');
    if (first != std::string_view::npos && one.substr(first, last - first + 1) == action) {
      return true;
    }
    if (comma == std::string_view::npos) return false;
    label.remove_prefix(comma + 1);
  }
}

std::string rule_text(std::string_view path, verb what) {
  return std::string(path) + ":" + std::string(name_of(what));
}

}  // namespace

bool action_policy::allows(std::string_view path, verb what,
                           const std::optional<std::string>& label) const {
  if (rules_.read_only) return false;
  const std::string text = rule_text(path, what);
  if (any_fits(rules_.deny, text)) return false;
  if (label && !names_action(*label, name_of(what))) return false;
  return facts_of(what).by_default || any_fits(rules_.allow, text);
}

std::string action_policy::why_not(std::string_view path, verb what,
                                   const std::optional<std::string>& label) const {
  const std::string text = rule_text(path, what);
  if (rules_.read_only) return "gantry is configured to be read-only (actions.read_only)";
  if (any_fits(rules_.deny, text)) return text + " is denied by the configuration (actions.deny)";
  if (label && !names_action(*label, name_of(what))) {
    return "the container's label " + std::string(actions_label) + " leaves out " +
           std::string(name_of(what));
  }
  return text + " is off by default: name it in the configuration (actions.allow)";
}

}  // namespace gantry::fleet
