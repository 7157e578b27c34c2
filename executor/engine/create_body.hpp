// A container to be created, as JSON.
#pragma once

#include <string>

#include "executor/engine/container_spec.hpp"

namespace gantry::engine {

// The body of POST /containers/create. Never asks for a restart policy or for removal at exit.
[[nodiscard]] std::string create_body(const container_spec& spec);

}  // namespace gantry::engine
