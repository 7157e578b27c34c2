// Containers as the engine describes them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/timestamp.hpp"

namespace gantry::engine {

enum class container_state { created, running, paused, restarting, removing, exited, dead };

[[nodiscard]] std::string_view to_string(container_state state);
// It has a process: it runs, or is paused.
[[nodiscard]] constexpr bool has_process(container_state state) {
  return state == container_state::running || state == container_state::paused;
}
// ... or the engine is about to start it again.
[[nodiscard]] constexpr bool is_alive(container_state state) {
  return has_process(state) || state == container_state::restarting;
}

// One row of the list of containers.
struct container_summary {
  std::string id;                             // 64 hex digits
  std::string name;                           // without the leading slash; may be empty
  std::string image;                          // as the user wrote it
  std::map<std::string, std::string> labels;  // of each label the first 4 KiB
  container_state state = container_state::created;
  std::int64_t created = 0;  // seconds since 1970
  // It could not be read: only its id is known, if that. There it is all the same.
  bool is_unread = false;
};

enum class health_status { starting, healthy, unhealthy };

[[nodiscard]] std::string_view to_string(health_status status);

// Of a container whose image or creator has given it a health check.
struct container_health {
  health_status status = health_status::starting;
  int failing_streak = 0;
  int last_exit_code = 0;   // of the last probe; 0 before the first
  std::string last_output;  // what that probe printed; Docker keeps 4,096 bytes
  bool operator==(const container_health&) const = default;
};

// All that gantry uses of an inspected container.
struct container_details {
  container_summary summary;
  bool tty = false;  // one raw stream without frames
  bool auto_remove = false;
  bool open_stdin = false;  // it has an input that can be written to
  bool stdin_once = false;  // the end of the first attached input ends the container's
  std::string log_driver;
  std::string stop_signal;           // empty: the engine's default, SIGTERM
  timestamp started_at = 0;          // 0: never
  timestamp finished_at = 0;         // 0: never
  std::optional<int> exit_code = 0;  // nothing: what the engine tells is none
  // The engine's flag, one fact beside the exit code and the `oom` event: a child process may have
  // set it, and on cgroup v2 it is missed at times.
  bool oom_killed = false;
  std::string error;           // why the engine could not start it
  int pid = 0;                 // of its first process, on the engine's host; 0: none
  std::string restart_policy;  // no, on-failure, always, unless-stopped; empty: not told
  int restart_count = 0;       // by the engine's restart policy
  std::optional<container_health> health;  // nothing: it has no health check
};

// What a container may not do, as the engine understood it.
struct container_hardening {
  std::string user;  // empty: the image's, mostly root
  std::vector<std::string> cap_drop;
  std::vector<std::string> cap_add;
  std::vector<std::string> security_opt;
  std::map<std::string, std::string> tmpfs;  // path to options
  std::string network_mode;
  bool privileged = false;
  bool read_only_root = false;
  std::int64_t pids_limit = 0;  // here and below: 0 is no limit
  std::int64_t memory_bytes = 0;
  std::int64_t nano_cpus = 0;
};

// Did a request change something, or was the container already so?
enum class change { made, already };

struct removal {
  bool force = false;    // kill it first, if it runs
  bool volumes = false;  // with its anonymous volumes
};

enum class wait_condition {
  not_running,  // at once for one that is not running, even if it was never started
  next_exit,
  removed,
};

// How a container ended.
struct container_exit {
  std::int64_t code = 0;
  std::string error;  // why the engine could not wait for it, or could not remove it; mostly empty
};

}  // namespace gantry::engine
