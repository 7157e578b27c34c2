// A program that runs inside a container, and its output.
#pragma once

#include <memory>
#include <string>

#include "executor/engine/engine_calls.hpp"

namespace gantry::engine {

[[nodiscard]] awaitable<result<std::unique_ptr<exec_run>>> open_exec(
    std::shared_ptr<engine_calls> calls, std::string id, exec_spec spec);

}  // namespace gantry::engine
