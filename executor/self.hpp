// Who this gantry is to a core.
#pragma once

#include "executor/config.hpp"
#include "executor/fleet/roster.hpp"

namespace gantry {

// From the configuration and the host. The ids are the same after a restart.
[[nodiscard]] fleet::instance_identity make_self(const config& config);

}  // namespace gantry
