// A message into one WebSocket text frame.
#pragma once

#include <string>

#include "myko/messages.hpp"

namespace gantry::myko {

// The newest form that every generation reads: for instance a query-cancel carries its tx in both
// places, a command-response at the top level as well, where the 2023 page had it.
[[nodiscard]] std::string write(const message& from);

}  // namespace gantry::myko
