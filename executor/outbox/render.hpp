// A record as the pulse that a core receives. The same record always gives the same pulse.
#pragma once

#include "executor/outbox/record.hpp"
#include "model/entities.hpp"

namespace gantry::outbox {

// The data of its pulse:
//   data    the body, with `seq`
//   lines   seq, run, count, text, stream, time; json where it is one line of JSON; truncated
//   notice  suppressed, from, to, reason; all but the reason are null where nobody can tell
//   value   the body
[[nodiscard]] json::text data_of(const record& from);

// The data of lines without their number.
[[nodiscard]] json::text lines_body(const record& from);

[[nodiscard]] model::pulse to_pulse(const record& from);

}  // namespace gantry::outbox
