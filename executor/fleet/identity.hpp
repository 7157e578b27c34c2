// Who a container is: what stays the same when it is removed and made again.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/container_types.hpp"

namespace gantry::fleet {

inline constexpr std::string_view compose_project_label = "com.docker.compose.project";
inline constexpr std::string_view compose_service_label = "com.docker.compose.service";
inline constexpr std::string_view compose_number_label = "com.docker.compose.container-number";
inline constexpr std::string_view compose_depends_on_label = "com.docker.compose.depends_on";
inline constexpr std::string_view compose_oneoff_label = "com.docker.compose.oneoff";
inline constexpr std::string_view compose_replace_label = "com.docker.compose.replace";

// The label's value, or nothing: "".
[[nodiscard]] std::string_view label_of(const engine::container_summary& container,
                                        std::string_view key);

// A container as a Target. `path` is the part of the target's id that is its own; it survives
// re-creation. `group` is its compose project, or empty.
struct identity {
  std::string path;  // "container/clock", "container/shop/web/1"
  std::string name;  // for people
  std::string group;

  bool operator==(const identity&) const = default;
};

// The identity of each container, by id. The compose project, service and number where a
// container has them, else its name. Where two containers claim one compose identity, the newest
// has it and the others go by their names; one that compose is just replacing gets none, nor does
// one without a name: it is being made or removed.
[[nodiscard]] std::map<std::string, identity> identify(
    const std::vector<engine::container_summary>& containers);

}  // namespace gantry::fleet
