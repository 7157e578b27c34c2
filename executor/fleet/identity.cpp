#include "executor/fleet/identity.hpp"

#include <algorithm>
#include <tuple>

#include "executor/fleet/target_paths.hpp"
#include "model/ids.hpp"

namespace gantry::fleet {
namespace {

using engine::container_summary;
using model::id_segment;

constexpr std::size_t identity_bytes_max = 255;

identity by_name(const container_summary& container) {
  return {.path = std::string(container_prefix) + id_segment(container.name),
          .name = container.name,
          .group = std::string(
              label_of(container, compose_project_label).substr(0, identity_bytes_max))};
}

// Empty path: compose did not make it, or made it for a single command.
identity by_compose(const container_summary& container) {
  const auto project = label_of(container, compose_project_label);
  const auto service = label_of(container, compose_service_label);
  const auto number = label_of(container, compose_number_label);
  const bool single_command = label_of(container, compose_oneoff_label) == "True";
  if (project.empty() || service.empty() || number.empty() || single_command) return {};
  // Anybody may set these labels, and they become part of ids.
  const auto is_long = [](std::string_view text) { return text.size() > identity_bytes_max; };
  if (is_long(project) || is_long(service) || is_long(number)) return {};
  return {.path = std::string(container_prefix) + id_segment(project) + "/" + id_segment(service) +
                  "/" + id_segment(number),
          .name = std::string(service) + (number == "1" ? "" : " " + std::string(number)),
          .group = std::string(project)};
}

bool newer(const container_summary* left, const container_summary* right) {
  // Creation is known to the second only, and compose can be faster.
  const auto rank = [](const container_summary* each) {
    return std::tuple(each->created, !label_of(*each, compose_replace_label).empty(), each->id);
  };
  return rank(left) > rank(right);
}

}  // namespace

std::string_view label_of(const container_summary& container, std::string_view key) {
  const auto found = container.labels.find(std::string(key));
  return found == container.labels.end() ? std::string_view() : found->second;
}

std::map<std::string, identity> identify(const std::vector<container_summary>& containers) {
  std::map<std::string, identity> out;
  std::map<std::string, std::vector<const container_summary*>> claims;
  for (const container_summary& each : containers) {
    if (const identity composed = by_compose(each); !composed.path.empty()) {
      claims[composed.path].push_back(&each);
    } else if (!each.name.empty()) {
      out.emplace(each.id, by_name(each));
    }
  }
  for (auto& [path, claimants] : claims) {
    std::sort(claimants.begin(), claimants.end(), newer);
    const bool replacing = !label_of(*claimants.front(), compose_replace_label).empty();
    out.emplace(claimants.front()->id, by_compose(*claimants.front()));
    for (std::size_t at = 1; at < claimants.size() && !replacing; ++at) {
      if (claimants[at]->name.empty()) continue;
      out.emplace(claimants[at]->id, by_name(*claimants[at]));
    }
  }
  return out;
}

}  // namespace gantry::fleet
