// How far the telling of one container has come, as it is kept over a restart of gantry.
#pragma once

#include <optional>
#include <string_view>

#include "executor/fleet/run_ledger.hpp"
#include "model/json_types.hpp"
#include "model/result.hpp"

namespace gantry::fleet {

struct watch_state {
  run_ledger_state ledger;
  bool begun = false;                   // the current run's beginning was told
  std::optional<json::text> last_json;  // of the current run, if it is not too long
  engine::timestamp opened_at = 0;      // where the log was first opened; 0: at its begin

  bool operator==(const watch_state&) const = default;
};

// Longer last values are not kept over a restart.
inline constexpr std::size_t last_json_bytes_max = 16U << 10U;

[[nodiscard]] json::text to_json(const watch_state& state);
// Fails, with the reason in words, on anything that to_json() has not written.
[[nodiscard]] result<watch_state> parse_watch_state(std::string_view text);

}  // namespace gantry::fleet
