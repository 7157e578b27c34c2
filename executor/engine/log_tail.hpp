// What a terminal printed without a newline at the end of a run, and what comes behind it.
//
// There are no frames in a terminal's log: when the container is started again, the next message
// is put right behind the unfinished one, "STAMP prompt$ STAMP hello\r\n", and what was given at
// the end of the run comes again as the begin of a longer frame.
#pragma once

#include <optional>
#include <string>

#include "executor/engine/log_frame.hpp"

namespace gantry::engine {

[[nodiscard]] log_tail make_tail(const log_frame& given);

struct tail_rest {
  timestamp time = 0;
  std::string text;  // empty: no more than the end of the line that was given
};

// What is in this frame behind the tail; nothing if it does not begin with the tail.
[[nodiscard]] std::optional<tail_rest> behind_tail(const log_tail& tail, const log_frame& frame);

}  // namespace gantry::engine
