// The ids of the fleet's targets and emitters; those of its actions are in verbs.hpp.
#pragma once

#include <string>
#include <string_view>

#include "executor/fleet/verbs.hpp"
#include "model/ids.hpp"

namespace gantry::fleet {

// Paths below the service id. Segments are id_segment()s, so that no two kinds can collide.
inline constexpr std::string_view root_path = "engine";
inline constexpr std::string_view container_prefix = "container/";
inline constexpr std::string_view project_prefix = "project/";
inline constexpr std::string_view slot_prefix = "slot/";
[[nodiscard]] inline std::string group_path(std::string_view group) {
  return std::string(project_prefix) + model::id_segment(group);
}
[[nodiscard]] inline std::string slot_path(std::string_view slot) {
  return std::string(slot_prefix) + model::id_segment(slot);
}
[[nodiscard]] inline target_kind kind_of(std::string_view path) {
  if (path.starts_with(container_prefix)) return target_kind::container;
  if (path.starts_with(project_prefix)) return target_kind::project;
  return path.starts_with(slot_prefix) ? target_kind::slot : target_kind::engine;
}

// What people see of the name of an action or an emitter: "Run" of run. Ids have the name itself.
[[nodiscard]] inline std::string shown_name(std::string_view name) {
  std::string out(name);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z')
    out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

namespace emitter_names {
inline constexpr std::string_view output = "output";
inline constexpr std::string_view run = "run";
inline constexpr std::string_view stop = "stop";
inline constexpr std::string_view finish = "finish";
inline constexpr std::string_view state = "state";
inline constexpr std::string_view health = "health";  // of a container
inline constexpr std::string_view stats = "stats";    // of a container, where it is asked for
inline constexpr std::string_view engine = "engine";  // of the root
inline constexpr std::string_view error = "error";    // of a slot: lines that are no JSON
// Of all but projects: what is wrong. The newest value is all that counts, whatever the rules say.
inline constexpr std::string_view alerts = "alerts";
}  // namespace emitter_names

}  // namespace gantry::fleet
