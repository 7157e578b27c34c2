// The status that a refusal means, whatever its engine calls it.
#pragma once

#include <string_view>

namespace gantry::engine {

// Podman answers 500 to most of what cannot be, where Docker has a status of its own. Podman's
// `cause` is one of a fixed set, other than its message, and tells them apart.
[[nodiscard]] int refusal_status(int status, std::string_view body);

}  // namespace gantry::engine
