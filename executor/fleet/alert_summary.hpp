// All that is wrong in a few words, for the instance's message: "2 alerts: web: crash loop; db:
// unhealthy." Pure.
#pragma once

#include <cstddef>
#include <string>

#include "executor/fleet/alert_board.hpp"

namespace gantry::fleet {

// About so long it may become; of what does not fit it says how much more there is.
inline constexpr std::size_t alert_summary_bytes_max = 240;

// Of the targets that `all` has, the most severe first; empty: nothing. Names what and where alone,
// since the words of an alert may change with every run. An engine that is away is left out: the
// instance's message says so at length.
[[nodiscard]] std::string alert_summary(const alert_board& board, const model::catalogue& all);

}  // namespace gantry::fleet
