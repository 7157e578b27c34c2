// May we write the row of our Machine? Others write into it, too: Rocketship Link, and people who
// name a machine. A SET replaces the whole row, so ours is sent only where it takes nothing away.
//
// Source: core-2026, Storing.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "model/json_types.hpp"

namespace gantry::myko {

enum class machine_publishing {
  automatic,  // where there is no row, or the row is as we sent it last; docs: always
  always,
  never,
};

struct machine_config {
  machine_publishing publish = machine_publishing::automatic;
  std::optional<json::text> last_sent;        // by this life or an earlier one
  std::chrono::milliseconds wait_max{1'000};  // for the core's answer; then it is not sent
  // It is about to be sent: to be kept for the next life. May be empty.
  std::function<void(const json::text& item)> on_sent;
};

// The members of `row` that would be lost if `ours` was set: those that have a value, other than
// null, "", [] and {}, which is neither that of `last_sent` nor that of `ours`. Members that the
// server writes (id, hash, clientId) do not count. `row` that is no object: none.
[[nodiscard]] std::vector<std::string> values_of_others(const json::text& row,
                                                        const std::optional<json::text>& last_sent,
                                                        const json::text& ours);

}  // namespace gantry::myko
