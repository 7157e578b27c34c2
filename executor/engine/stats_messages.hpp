// What the engine measures, from its JSON to one sample.
#pragma once

#include <optional>
#include <string_view>

#include "executor/engine/stats_types.hpp"
#include "model/result.hpp"

namespace gantry::engine {

// Nothing when the container does not run: its answer is full of zeros then. Fails with
// bad_response.
[[nodiscard]] result<std::optional<stats_sample>> parse_stats(std::string_view body);

}  // namespace gantry::engine
