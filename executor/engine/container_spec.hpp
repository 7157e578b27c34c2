// What a container to be created is like.
//
// Not offered, on purpose: a restart policy and removal at exit. Whoever creates a container here
// restarts and removes it, since only so its end is never missed.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gantry::engine {

struct container_mount {
  enum class kind { bind, volume, tmpfs };
  kind type = kind::bind;
  std::string source;  // bind: a path on the engine's host; volume: its name; tmpfs: empty
  std::string target;  // the path inside
  bool read_only = false;
  std::int64_t tmpfs_bytes = 0;  // of a tmpfs; 0: no limit of its own

  bool operator==(const container_mount&) const = default;
};

struct log_config {
  std::string driver = "json-file";
  std::map<std::string, std::string> options;  // max-size, max-file, ...
};

// An empty string or list leaves the matter to the image, or to the engine.
struct container_spec {
  std::string name;
  std::string image;
  std::optional<std::vector<std::string>> entrypoint;  // an empty one: none, not the image's
  std::vector<std::string> command;
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> labels;
  std::string user;
  std::string working_dir;
  std::string hostname;

  std::vector<container_mount> mounts;
  std::map<std::string, std::string> tmpfs;  // path to options: "rw,size=64m"
  std::string network_mode;                  // none, bridge, host, container:NAME, or a network
  std::vector<std::string> cap_drop;
  std::vector<std::string> cap_add;
  std::vector<std::string> security_opt;  // no-new-privileges, seccomp=..., apparmor=...
  bool read_only_root = false;
  bool init = false;  // a first process that reaps the others

  std::optional<std::int64_t> pids_limit;
  std::optional<std::int64_t> memory_bytes;
  std::optional<double> cpus;

  bool tty = false;
  bool open_stdin = false;
  bool stdin_once = false;        // the container's input ends with the first that is attached
  std::optional<log_config> log;  // nothing: as the engine is configured
  std::string stop_signal;
  std::optional<std::chrono::seconds> stop_grace;
};

struct created_container {
  std::string id;
  std::vector<std::string> warnings;  // the engine's own words: of limits that it cannot keep
};

}  // namespace gantry::engine
