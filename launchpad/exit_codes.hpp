// Exit codes of launchpad, after sysexits.h.
#pragma once

namespace gantry::launchpad::exit_codes {

inline constexpr int done = 0;            // asked to stop
inline constexpr int usage = 64;          // the command line cannot be understood
inline constexpr int unavailable = 69;    // the address is taken, or not ours
inline constexpr int bug = 70;            // a fault of ours
inline constexpr int configuration = 78;  // a file that was named cannot be used

}  // namespace gantry::launchpad::exit_codes
