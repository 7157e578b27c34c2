// How much of its machine a container uses.
#pragma once

#include <cstdint>
#include <optional>

#include "executor/engine/timestamp.hpp"

namespace gantry::engine {

// One sample. Counters grow from the container's start; 0 also stands for what the engine does
// not tell, such as the memory on a kernel without its cgroup.
struct stats_sample {
  timestamp time = 0;
  std::uint64_t cpu_nanos = 0;         // used by the container, of all CPUs
  std::uint64_t system_cpu_nanos = 0;  // passed on the machine, on all CPUs, idle or not
  int online_cpus = 0;
  // As `docker stats` shows it: without the file cache that the kernel would give up first.
  std::uint64_t memory_used_bytes = 0;
  std::uint64_t memory_limit_bytes = 0;  // of the container, or the machine's memory
  std::uint64_t net_received_bytes = 0;  // of all its networks; none with the host's
  std::uint64_t net_sent_bytes = 0;
  std::uint64_t block_read_bytes = 0;
  std::uint64_t block_written_bytes = 0;
  std::uint64_t pids = 0;
};

// What was used between two samples, in CPUs: 1.5 is one and a half. Nothing when it cannot be
// said: the container was started anew in between, or no time has passed.
[[nodiscard]] std::optional<double> cpus_used(const stats_sample& before, const stats_sample& now);

}  // namespace gantry::engine
