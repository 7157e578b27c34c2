// What an engine tells of itself.
#pragma once

#include <cstdint>
#include <string>

namespace gantry::engine {

struct version_info {
  std::string engine;   // 20.10.24
  std::string api;      // the version that both sides speak: 1.41
  std::string product;  // Docker, Libpod
};

struct engine_info {
  std::string name;            // of its host
  std::string version;         // 20.10.24
  std::string os;              // linux
  std::string architecture;    // x86_64
  std::string system;          // Debian GNU/Linux 12 (bookworm)
  std::string kernel;          // 6.1.0-18-amd64
  std::string cgroup_version;  // 1 or 2; empty: not told
  int containers_running = 0;
  int containers_paused = 0;
  int containers_stopped = 0;
  int images = 0;
  int cpus = 0;
  std::int64_t memory_bytes = 0;
};

}  // namespace gantry::engine
