#include "executor/engine/stats_types.hpp"

namespace gantry::engine {

std::optional<double> cpus_used(const stats_sample& before, const stats_sample& now) {
  if (now.cpu_nanos < before.cpu_nanos) return std::nullopt;  // another run
  const auto used = static_cast<double>(now.cpu_nanos - before.cpu_nanos);
  // The machine's own count, where there is one: it is read together with the container's.
  if (now.system_cpu_nanos > before.system_cpu_nanos && now.online_cpus > 0) {
    const auto passed = static_cast<double>(now.system_cpu_nanos - before.system_cpu_nanos);
    return used / passed * now.online_cpus;
  }
  if (now.time <= before.time) return std::nullopt;
  return used / static_cast<double>(now.time - before.time);
}

}  // namespace gantry::engine
