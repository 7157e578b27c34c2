// How gantry is to work: plain data, validated, then immutable.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/endpoint.hpp"
#include "executor/fleet/selection.hpp"
#include "myko/client/address.hpp"

namespace gantry {

struct core_config {
  std::string server;                 // as written; see myko::parse_addresses
  std::optional<std::uint16_t> port;  // where the server names none
  std::string token_file;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  bool verify = true;
  bool compress = false;
};

struct config {
  core_config core;
  std::vector<myko::server_address> servers;  // derived from core
  std::string engine_host;                    // as DOCKER_HOST; empty: look for one
  std::string service_id;                     // empty: gantry-HOST
  std::string color = "#0f766e";              // of the instance in the UI
  fleet::selection containers;
  double pulses_per_second = 60;            // of each emitter
  std::int64_t line_bytes_max = 1 << 20;    // longer lines are cut
  std::int64_t queue_bytes_max = 64 << 20;  // pulses that wait for the core
  std::string log_level = "info";           // debug, info, warning, error
  std::string state_dir;                    // empty: /var/lib/gantry, or XDG's for a user
};

// One thing that is wrong: "gantry.toml:12: core.port: ...".
struct config_mistake {
  std::string where;  // the file and line, the variable, or the flag
  std::string key;
  std::string what;
};

[[nodiscard]] std::string to_string(const config_mistake& mistake);

struct config_sources {
  struct file {
    std::string name;
    std::string content;
  };
  std::optional<config_sources::file> toml;
  // The value of an environment variable; nothing where it is not set. Empty counts as not set.
  std::function<std::optional<std::string>(std::string_view name)> environment;
  std::map<std::string, std::string> flags;  // by setting key
};

struct config_outcome {
  gantry::config config;
  std::vector<config_mistake> mistakes;  // all of them; the config counts only without any
};

// Flags over environment over file over defaults. Pure, but for asking whether named files can be
// read.
[[nodiscard]] config_outcome load_config(const config_sources& sources);

}  // namespace gantry
