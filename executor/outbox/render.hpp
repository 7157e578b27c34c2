// A record as the pulse that a core receives. The same record gives the same pulse, as long as the
// server takes as much.
#pragma once

#include <cstddef>

#include "executor/outbox/record.hpp"
#include "model/entities.hpp"

namespace gantry::outbox {

inline constexpr std::size_t unbounded = static_cast<std::size_t>(-1);

// The data of its pulse:
//   data    the body, with `seq`
//   lines   seq, run, count, text, stream, time; json where it is one line of JSON; truncated
//   notice  suppressed, from, to, reason; all but the reason are null where nobody can tell
//   value   the body
//
// In more than `bytes_max` a line's `json` is left out, which the text has, too; nothing else is.
[[nodiscard]] json::text data_of(const record& from, std::size_t bytes_max = unbounded);

// The data of lines without their number.
[[nodiscard]] json::text lines_body(const record& from);

// `frame_bytes_max`: of its frame, for the same.
[[nodiscard]] model::pulse to_pulse(const record& from, std::size_t frame_bytes_max = unbounded);

}  // namespace gantry::outbox
