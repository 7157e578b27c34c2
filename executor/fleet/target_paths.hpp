// The ids of the fleet's targets, actions and emitters: how they are made and read back.
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

namespace action_names {
inline constexpr std::string_view run = "run";
inline constexpr std::string_view stop = "stop";
inline constexpr std::string_view restart = "restart";
inline constexpr std::string_view forget = "forget";
}  // namespace action_names

namespace emitter_names {
inline constexpr std::string_view output = "output";
inline constexpr std::string_view run = "run";
inline constexpr std::string_view stop = "stop";
inline constexpr std::string_view finish = "finish";
inline constexpr std::string_view state = "state";
}  // namespace emitter_names

}  // namespace gantry::fleet
