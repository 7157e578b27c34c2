// What an event says, beyond its name.
#pragma once

#include <optional>
#include <string_view>

#include "executor/engine/container_streams.hpp"

namespace gantry::engine {

// exec_create, exec_start, exec_die, exec_detach: of a program inside a container.
[[nodiscard]] bool is_exec_event(const event& told);

// Of "health_status: unhealthy"; nothing of all others.
[[nodiscard]] std::optional<health_status> health_told(const event& told);

// Of `die`; nothing if the engine does not tell.
[[nodiscard]] std::optional<int> exit_code_told(const event& told);

}  // namespace gantry::engine
