// The parts of gantry put together, and taken apart again in order.
#pragma once

#include "executor/config.hpp"

namespace gantry {

// Runs until SIGTERM or SIGINT; then everything is set offline in the core and the socket closed
// properly, within five seconds. Returns the exit code; what hangs is ended without (stop_signal).
[[nodiscard]] int run_gantry(const config& config);

// Tries the core and the engine, and prints what would be published. Returns the exit code.
[[nodiscard]] int check_gantry(const config& config);

}  // namespace gantry
