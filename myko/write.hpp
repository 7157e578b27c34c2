// A message into one WebSocket text frame.
#pragma once

#include <string>
#include <string_view>

#include "myko/messages.hpp"

namespace gantry::myko {

// The newest form that every generation reads: for instance a query-cancel carries its tx in both
// places, a command-response at the top level as well, where the 2023 page had it.
[[nodiscard]] std::string write(const message& from);

// Is this frame, which write() made, an event or a batch of them?
[[nodiscard]] bool is_event(std::string_view frame);

}  // namespace gantry::myko
