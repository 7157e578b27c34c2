// Which containers' use of the machine is told, and when. Pure.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "executor/engine/stats_types.hpp"
#include "model/json_types.hpp"

namespace gantry::fleet {

struct stats_config {
  std::vector<std::string> containers;  // patterns of target paths; none: nothing is told
  std::chrono::milliseconds every{10'000};
};

class stats_sampler {
 public:
  explicit stats_sampler(stats_config config) : config_(std::move(config)) {}

  [[nodiscard]] bool is_on() const { return !config_.containers.empty(); }
  // Of a target's path, such as container/web.
  [[nodiscard]] bool wants(const std::string& path) const;

  void set_every(std::chrono::milliseconds every) { config_.every = every; }
  // From the end of a round that took so long to the next one's beginning. Rounds begin at the
  // interval; behind one that takes about as long, the engine still has a quarter of it for itself.
  [[nodiscard]] std::chrono::milliseconds pause_after(std::chrono::milliseconds round) const;

  // The pulse of a sample. The first of a container, and of each run, cannot tell the CPU.
  [[nodiscard]] json::text told(const std::string& container, const engine::stats_sample& sample);
  // All others are gone, or do not run.
  void keep(const std::set<std::string>& containers);

 private:
  stats_config config_;
  std::map<std::string, engine::stats_sample> before_;  // by container id
};

// As roster::set_stats() asks for it.
[[nodiscard]] inline std::function<bool(const std::string& path)> wants_stats(stats_config config) {
  return [sampler = stats_sampler(std::move(config))](const std::string& path) {
    return sampler.wants(path);
  };
}

}  // namespace gantry::fleet
