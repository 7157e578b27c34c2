// The kinds of calls that a proxy before the engine may let through or not. docs/ENGINES.md lists
// them. Pure.
#pragma once

#include <string>

#include "executor/engine/requests.hpp"

namespace gantry::engine {

// The method and the path, with names and ids left out: "GET /containers/{id}/logs".
[[nodiscard]] std::string call_kind(const api_request& request);

// What docker-socket-proxy (Tecnativa's, and those that follow it) allows it with: "CONTAINERS=1
// and POST=1".
[[nodiscard]] std::string proxy_switches(const api_request& request);

}  // namespace gantry::engine
