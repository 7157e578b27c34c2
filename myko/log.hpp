// Where the libraries' log lines go; the programs decide how they are written.
#pragma once

#include <functional>
#include <string>

namespace gantry {

enum class log_level { debug, info, warning, error };

// Never empty where one is asked for. Called on the thread of the caller; must not throw.
using log_sink = std::function<void(log_level, const std::string&)>;

}  // namespace gantry
