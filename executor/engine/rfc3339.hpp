// Times as engines write them, to and from nanoseconds since 1970.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "executor/engine/timestamp.hpp"

namespace gantry::engine {

// "2024-05-01T12:00:00.123456789Z", with any number of fraction digits (beyond nanoseconds they
// are dropped) or none, and Z or an offset such as +02:00. Nothing for all else, and for times
// outside of time_min to time_max, such as the year 1 by which engines mean "never".
[[nodiscard]] std::optional<timestamp> parse_rfc3339(std::string_view text);
// ... of those, the bound that they are beyond: a line is one, whenever it says that it was
// printed.
[[nodiscard]] std::optional<timestamp> parse_rfc3339_bounded(std::string_view text);

// In UTC with nine fraction digits, as in a Docker log. `time` is within time_min to time_max.
[[nodiscard]] std::string format_rfc3339(timestamp time);

// An HTTP Date: "Wed, 01 May 2024 12:00:00 GMT" (RFC 9110, section 5.6.7, IMF-fixdate).
[[nodiscard]] std::optional<timestamp> parse_http_date(std::string_view text);

}  // namespace gantry::engine
