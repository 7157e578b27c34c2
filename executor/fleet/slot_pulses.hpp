// The data of the pulses that tell of a slot and of its runs' ends. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "executor/fleet/run_ledger.hpp"
#include "executor/slots/slot_board.hpp"
#include "executor/slots/slot_template.hpp"
#include "model/json_types.hpp"

namespace gantry::fleet {

// Words for why a run ended: the member `reason` of `stop` and `finish`.
namespace end_reasons {
inline constexpr const char* exit = "exit";                // by itself: see exitCode
inline constexpr const char* memory = "memory";            // killed, since it used too much of it
inline constexpr const char* signal = "signal";            // killed by somebody else
inline constexpr const char* stop = "stop";                // by the action
inline constexpr const char* timeout = "timeout";          // of the slot
inline constexpr const char* replaced = "replaced";        // by a newer run
inline constexpr const char* not_started = "not started";  // see error
inline constexpr const char* input_lost = "input lost";    // gantry ended while handing it over
inline constexpr const char* unknown = "unknown";          // the container is gone
}  // namespace end_reasons

// `asked` is why we have stopped it; empty: we have not.
[[nodiscard]] std::string end_reason(const run& ended, const std::string& asked);

// Of the `finish` of a run that never had a container, or has lost it.
[[nodiscard]] json::text never_ran_data(const std::string& reason, const std::string& error);

struct slot_state {
  std::string note;   // what it is doing: "pulling image x: 40 %"; may be empty
  std::string error;  // why the last run could not be started; empty: it could
};

[[nodiscard]] json::text slot_state_data(const slots::slot_template& slot,
                                         const slots::slot_board& board, const slot_state& state);

}  // namespace gantry::fleet
