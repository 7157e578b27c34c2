// The status that a refusal means, whoever gives it.
#pragma once

#include <string_view>

namespace gantry::engine {

// Podman answers 500 to most of what cannot be, where Docker has a status of its own. Podman's
// `cause` is one of a fixed set, other than its message, and tells them apart.
//
// Engines give their reasons as JSON. Without it the answer is a proxy's: its 401 and 404 mean that
// the call is not let through (403), as does an engine's "page not found", and not that a
// container is gone; and only its 502, 503 and 504 say that the engine is away.
[[nodiscard]] int refusal_status(int status, std::string_view body);

}  // namespace gantry::engine
