// The data of the pulses that tell a container's life. Their schemas are in schemas.cpp.
#pragma once

#include <optional>
#include <string>

#include "executor/engine/client.hpp"
#include "executor/fleet/run_ledger.hpp"
#include "model/json.hpp"

namespace gantry::fleet {

[[nodiscard]] json::text run_data(const run& run, const std::string& container,
                                  const std::string& image);

// Of `stop` and `finish`. `last` is the last JSON value that the run printed.
[[nodiscard]] json::text end_data(const run& run, const std::optional<json::text>& last);

// `error` is why the last action failed; empty: it did not.
[[nodiscard]] json::text state_data(const engine::container_details& details,
                                    const std::string& error);
[[nodiscard]] json::text gone_data();

}  // namespace gantry::fleet
