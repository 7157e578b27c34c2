// Signals by their names.
#pragma once

#include <string>
#include <string_view>

#include "model/result.hpp"

namespace gantry::fleet {

// "SIGHUP" of SIGHUP, HUP and 1; SIGKILL of nothing. Fails for what is no signal of Linux.
[[nodiscard]] result<std::string> read_signal(std::string_view text);

// Does it ask for the container's end, as a stop does?
[[nodiscard]] bool asks_for_end(std::string_view signal);

}  // namespace gantry::fleet
