#include "executor/engine/stats_messages.hpp"

#include <algorithm>

#include "executor/engine/json_fields.hpp"
#include "model/json.hpp"

namespace gantry::engine {
namespace {

// Engines before 1.27 only list the use of each CPU.
int count_cpus(const json::value& cpu) {
  const int online = int_at(cpu, "online_cpus");
  if (online > 0) return online;
  const json::value& each = member(member(cpu, "cpu_usage"), "percpu_usage");
  return each.IsArray() ? static_cast<int>(each.Size()) : 0;
}

// What the kernel would give up first: `total_inactive_file` with cgroup v1, as `docker stats` has
// it, and `inactive_file` with v2. Podman has no `stats` at all.
std::uint64_t idle_cache(const json::value& memory) {
  const json::value& stats = member(memory, "stats");
  for (const std::string_view key : {"total_inactive_file", "inactive_file", "cache"}) {
    if (json::find(stats, key) != nullptr) return counter_at(stats, key);
  }
  return 0;
}

void add_networks(const json::value& networks, stats_sample& out) {
  if (!networks.IsObject()) return;
  for (const auto& [name, each] : networks.GetObject()) {
    out.net_received_bytes += counter_at(each, "rx_bytes");
    out.net_sent_bytes += counter_at(each, "tx_bytes");
  }
}

void add_blocks(const json::value& rows, stats_sample& out) {
  if (!rows.IsArray()) return;
  for (const json::value& each : rows.GetArray()) {
    const std::string op = string_at(each, "op");  // "Read" with cgroup v1, "read" with v2
    if (op == "Read" || op == "read") out.block_read_bytes += counter_at(each, "value");
    if (op == "Write" || op == "write") out.block_written_bytes += counter_at(each, "value");
  }
}

}  // namespace

result<std::optional<stats_sample>> parse_stats(std::string_view body) {
  // What Podman says of a container that does not run.
  if (body.empty()) return std::optional<stats_sample>();
  const auto root = json::parse(body);
  if (!root) return not_understood("measurement of a container", root.error().message);
  if (!root->IsObject()) return not_understood("measurement of a container", "it is no object");
  const json::value& cpu = member(*root, "cpu_stats");
  const json::value& memory = member(*root, "memory_stats");
  stats_sample out;
  out.time = time_at(*root, "read");
  out.cpu_nanos = counter_at(member(cpu, "cpu_usage"), "total_usage");
  out.system_cpu_nanos = counter_at(cpu, "system_cpu_usage");
  out.online_cpus = count_cpus(cpu);
  const std::uint64_t usage = counter_at(memory, "usage");
  out.memory_used_bytes = usage - std::min(usage, idle_cache(memory));
  out.memory_limit_bytes = counter_at(memory, "limit");
  out.pids = counter_at(member(*root, "pids_stats"), "current");
  add_networks(member(*root, "networks"), out);
  add_blocks(member(member(*root, "blkio_stats"), "io_service_bytes_recursive"), out);
  // No process, no memory, and no CPU was ever used: nothing that runs is like that.
  if (out.cpu_nanos == 0 && usage == 0 && out.pids == 0) return std::optional<stats_sample>();
  return std::optional(out);
}

}  // namespace gantry::engine
