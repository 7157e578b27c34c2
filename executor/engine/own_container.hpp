// Which container gantry itself runs in, so that it does not stop itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gantry::engine {

// The id (64 hex digits) of the container that this process runs in, from the texts of
// /proc/self/mountinfo and /proc/self/cgroup; nothing when it runs in none, or cannot tell.
[[nodiscard]] std::optional<std::string> own_container_id(std::string_view mountinfo,
                                                          std::string_view cgroup);

}  // namespace gantry::engine
