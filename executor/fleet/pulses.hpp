// The data of the pulses that tell a container's life. Their schemas are in schemas.cpp.
#pragma once

#include <optional>
#include <string>

#include "executor/engine/container_types.hpp"
#include "executor/fleet/run_ledger.hpp"
#include "model/json_types.hpp"

namespace gantry::fleet {

// What all pulses of a container's run have in common: the first twelve digits of the container's
// id, a dash, the run's number.
[[nodiscard]] std::string run_name(const std::string& container, const run& run);

// `name` is the run's; empty: it is told by another.
[[nodiscard]] json::text run_data(const run& run, const std::string& container,
                                  const std::string& image, const std::string& name = {});

// Of `stop` and `finish`. `last` is the last JSON value that the run printed.
[[nodiscard]] json::text end_data(const run& run, const std::optional<json::text>& last,
                                  const std::string& name = {});

// Who asked a run to end: "gantry", "other", or nothing.
[[nodiscard]] std::string_view asked_by(const run& run);

// What the ledger knows beside the inspection.
struct state_facts {
  std::string error;          // why the last action failed; empty: it did not
  int restarts = 0;           // as run_ledger::restarts() counts them
  bool oom_killed = false;    // of the newest run, as asked_by
  std::string_view asked_by;  // empty: nobody
};

[[nodiscard]] json::text state_data(const engine::container_details& details,
                                    const state_facts& facts);
[[nodiscard]] json::text gone_data();

}  // namespace gantry::fleet
