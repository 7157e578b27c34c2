// Orders under way that would each end a container: a kill may pass a stop. Pure.
#pragma once

#include <map>
#include <string>

namespace gantry::fleet {

class end_requests {
 public:
  void asked(const std::string& id) { ++under_way_[id].count; }

  // Call once for each asked(). True: it was the last of those that were under way together, and
  // none of them will end the container.
  [[nodiscard]] bool answered(const std::string& id, bool refused) {
    const auto found = under_way_.find(id);
    if (!refused) found->second.any_taken = true;
    if (--found->second.count > 0) return false;
    const bool in_vain = !found->second.any_taken;
    under_way_.erase(found);
    return in_vain;
  }

 private:
  struct together {
    int count = 0;
    bool any_taken = false;
  };

  std::map<std::string, together> under_way_;  // by container id
};

}  // namespace gantry::fleet
