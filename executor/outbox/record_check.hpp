// Whether a row of the database is what gantry wrote: a file may be damaged in ways that SQLite
// does not see, or be written by somebody else, and one that a server cannot read would cost a
// whole message.
#pragma once

#include "executor/outbox/record.hpp"

namespace gantry::outbox {

// If not, what is told is a notice in its place: reasons::unreadable.
[[nodiscard]] bool can_be_told(const record& each);

}  // namespace gantry::outbox
