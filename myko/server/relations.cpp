#include "myko/server/relations.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace gantry::myko {
namespace {

// Grouped by child.
constexpr std::array links{
    link{"Action", "targetId", "Target"},
    link{"ActionStatus", "actionId", "Action"},
    link{"ActionStatus", "instanceId", "Instance"},
    link{"Emitter", "targetId", "Target"},
    link{"EmitterStatus", "emitterId", "Emitter"},
    link{"EmitterStatus", "instanceId", "Instance"},
    link{"Instance", "machineId", "Machine"},
    link{"MachineSettings", "machineId", "Machine"},
    link{"MachineStatus", "machineId", "Machine"},
    link{"MachineStatus", "clientId", "Client"},
    link{"Pulse", "emitterId", "Emitter"},
    link{"Pulse", "clientId", "Client"},
    link{"TargetLayout", "targetId", "Target"},
    link{"TargetLayout", "instanceId", "Instance"},
    link{"TargetStatus", "targetId", "Target"},
    link{"TargetStatus", "instanceId", "Instance"},
    link{"TargetTopology", "targetId", "Target"},
    link{"TargetTopology", "instanceId", "Instance"},
};

}  // namespace

std::span<const link> links_of(std::string_view child) {
  const auto is_it = [&](const link& each) { return each.child == child; };
  const auto* first = std::find_if(links.begin(), links.end(), is_it);
  return {first, std::find_if_not(first, links.end(), is_it)};
}

void relations::set(const row& child) {
  const auto known = links_of(child.type);
  if (known.empty()) return;
  const child_key key{child.type, child.kept.id};
  const auto before = parents_.find(key);
  if (before != parents_.end() && before->second == child.parents) return;
  unlink(key);
  for (std::size_t at = 0; at < known.size(); ++at) {
    const std::string& parent = child.parents[at];
    if (!parent.empty()) children_[&known[at]][parent].insert(child.kept.id);
  }
  parents_[key] = child.parents;
}

void relations::erase(std::string_view type, const std::string& id) {
  const child_key key{std::string(type), id};
  unlink(key);
  parents_.erase(key);
}

void relations::unlink(const child_key& child) {
  const auto found = parents_.find(child);
  if (found == parents_.end()) return;
  const auto known = links_of(child.first);
  for (std::size_t at = 0; at < known.size(); ++at) {
    auto& by_parent = children_[&known[at]];
    const auto siblings = by_parent.find(found->second[at]);
    if (siblings == by_parent.end()) continue;
    siblings->second.erase(child.second);
    if (siblings->second.empty()) by_parent.erase(siblings);
  }
}

relations::children relations::of(std::string_view parent_type,
                                  const std::vector<std::string>& parents) const {
  children out;
  for (const link& each : links) {
    const auto by_parent = children_.find(&each);
    if (each.parent != parent_type || by_parent == children_.end()) continue;
    std::vector<std::string> found;
    for (const std::string& parent : parents) {
      const auto ids = by_parent->second.find(parent);
      if (ids == by_parent->second.end()) continue;
      std::copy(ids->second.begin(), ids->second.end(), std::back_inserter(found));
    }
    if (!found.empty()) out.emplace_back(each.child, std::move(found));
  }
  return out;
}

}  // namespace gantry::myko
