// The data of the pulses that tell how things are: health, stats and the engine. Their schemas are
// in emitter_schemas.cpp.
#pragma once

#include <optional>
#include <string>

#include "executor/engine/container_types.hpp"
#include "executor/engine/engine_types.hpp"
#include "executor/engine/stats_types.hpp"
#include "model/json_types.hpp"

namespace gantry::fleet {

inline constexpr std::size_t health_output_bytes_max = 4'096;

// Nothing: the container has no health check.
[[nodiscard]] json::text health_data(const std::optional<engine::container_health>& health);

// `cpus` is nothing when it cannot be said, as for the first sample of a run.
[[nodiscard]] json::text stats_data(const engine::stats_sample& sample, std::optional<double> cpus);
// The container is gone: it uses nothing.
[[nodiscard]] json::text stats_gone_data();

// `info` is nothing when the engine did not tell.
[[nodiscard]] json::text engine_data(const engine::version_info& version,
                                     const std::optional<engine::engine_info>& info,
                                     const std::string& error);
// It does not answer, and this is why.
[[nodiscard]] json::text engine_away_data(const std::string& error);

}  // namespace gantry::fleet
