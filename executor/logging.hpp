// Log lines on standard error: time, level, module, text.
#pragma once

#include <string>

#include "myko/log.hpp"

namespace gantry {

// Once, at the start. `level` is one of config::log_level's.
void set_up_logging(const std::string& level);

// From now on; the same levels.
void set_log_level(const std::string& level);

// Lines of one module: "core", "engine", "fleet", "gantry". May be called on any thread.
[[nodiscard]] log_sink make_log(const std::string& module);

}  // namespace gantry
