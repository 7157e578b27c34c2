// Exit codes of gantry, after sysexits.h.
#pragma once

namespace gantry::exit_codes {

inline constexpr int done = 0;     // asked to stop; or, of check, all is well
inline constexpr int trouble = 1;  // of check: the core or the engine does not answer
inline constexpr int usage = 64;   // the command line cannot be understood
inline constexpr int bug = 70;     // a fault of ours
// Asked to stop, and ended before all was done: it took too long, or was asked twice.
inline constexpr int cut_short = 75;
inline constexpr int configuration = 78;

}  // namespace gantry::exit_codes
