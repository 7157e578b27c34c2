// The ids of the fleet's targets and emitters; those of its actions are in verbs.hpp.
#pragma once

#include <string>
#include <string_view>

#include "model/ids.hpp"

namespace gantry::fleet {

// Paths below the service id. Segments are id_segment()s, so that no two kinds can collide.
inline constexpr std::string_view root_path = "engine";
[[nodiscard]] inline std::string group_path(std::string_view group) {
  return "project/" + model::id_segment(group);
}
[[nodiscard]] inline std::string slot_path(std::string_view slot) {
  return "slot/" + model::id_segment(slot);
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
}  // namespace emitter_names

}  // namespace gantry::fleet
