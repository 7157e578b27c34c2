// Who is to do a command: from an action to a target, to the instance that has it online, to the
// client of that instance. Learnt from the items as they come and go.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "model/json_types.hpp"

namespace gantry::myko {

class command_routes {
 public:
  // Does anything follow from items of this type?
  [[nodiscard]] static bool needs(std::string_view type) {
    return type == "Instance" || type == "Action" || type == "TargetStatus";
  }

  void item_set(std::string_view type, const std::string& id, const json::value& item);
  void item_removed(std::string_view type, const std::string& id);

  // The action's own target; empty: not known.
  [[nodiscard]] std::string target_of(const std::string& action) const;

  // An instance that has this target online. A crashed executor leaves its status online, so one
  // whose client is `connected` comes first.
  using connected = std::function<bool(const std::string& client)>;
  [[nodiscard]] std::optional<std::string> online_instance(const std::string& target,
                                                           const connected& is_connected) const;
  // Empty: there is no such instance, or it carries no client id.
  [[nodiscard]] std::string client_of(const std::string& instance) const;

 private:
  struct status {
    std::string target;
    std::string instance;
  };

  std::map<std::string, status> online_;                    // by the id of the TargetStatus
  std::map<std::string, std::set<std::string>> of_target_;  // keys of online_
  std::map<std::string, std::string> clients_;              // by instance
  std::map<std::string, std::string> targets_;              // by action
};

}  // namespace gantry::myko
