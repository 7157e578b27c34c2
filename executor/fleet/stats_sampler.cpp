#include "executor/fleet/stats_sampler.hpp"

#include <algorithm>
#include <optional>

#include "executor/fleet/condition_pulses.hpp"
#include "executor/fleet/pattern.hpp"

namespace gantry::fleet {

bool stats_sampler::wants(const std::string& path) const {
  return std::ranges::any_of(config_.containers,
                             [&path](const auto& pattern) { return fits(path, pattern); });
}

std::chrono::milliseconds stats_sampler::pause_after(std::chrono::milliseconds round) const {
  return std::max(config_.every - round, config_.every / 4);
}

json::text stats_sampler::told(const std::string& container, const engine::stats_sample& sample) {
  std::optional<double> cpus;
  const auto before = before_.find(container);
  if (before != before_.end()) cpus = engine::cpus_used(before->second, sample);
  before_.insert_or_assign(container, sample);
  return stats_data(sample, cpus);
}

void stats_sampler::keep(const std::set<std::string>& containers) {
  std::erase_if(before_, [&](const auto& each) { return !containers.contains(each.first); });
}

}  // namespace gantry::fleet
