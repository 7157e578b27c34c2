// Log lines on standard error: time, level, text.
#pragma once

#include <string>

#include "myko/log.hpp"

namespace gantry::launchpad {

// Once, at the start. `level` is one of debug, info, warning, error.
[[nodiscard]] log_sink set_up_logging(const std::string& level);

}  // namespace gantry::launchpad
