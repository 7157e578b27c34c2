// The wait for a container's end.
#pragma once

#include <memory>
#include <string>

#include "executor/engine/engine_calls.hpp"

namespace gantry::engine {

[[nodiscard]] awaitable<result<std::unique_ptr<exit_wait>>> open_exit_wait(
    std::shared_ptr<engine_calls> calls, std::string id, wait_condition condition);

}  // namespace gantry::engine
