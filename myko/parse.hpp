// One WebSocket text frame into a message.
#pragma once

#include <string_view>

#include "model/result.hpp"
#include "myko/messages.hpp"

namespace gantry::myko {

// Key order and unknown fields do not matter; an unknown `event` is an unknown_message, a command
// that cannot be used a malformed_command, since it has to be answered.
// Fails with errc::not_json or errc::not_a_message, the reason in the text.
[[nodiscard]] result<message> parse(std::string_view frame);

}  // namespace gantry::myko
