// By which signal a container's program ended, as far as its exit code tells.
#pragma once

#include <string_view>

namespace gantry::fleet {

// "SIGKILL" for 137: by convention 128 and the signal's number, as on Linux for x86 and ARM. Empty
// when the code tells of none. A program may exit with such a code of its own accord.
[[nodiscard]] std::string_view signal_of(int exit_code);

}  // namespace gantry::fleet
