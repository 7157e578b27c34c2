// How gantry is to work: plain data, validated, then immutable.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "executor/engine/endpoint.hpp"
#include "executor/fleet/action_policy.hpp"
#include "executor/fleet/emitter_rules.hpp"
#include "executor/fleet/output_history.hpp"
#include "executor/fleet/selection.hpp"
#include "executor/fleet/stats_sampler.hpp"
#include "executor/outbox/store.hpp"
#include "executor/slots/slot_template.hpp"
#include "myko/client/address.hpp"
#include "myko/session/machine_row.hpp"

namespace gantry {

// As engine.host: the engine is looked for.
inline constexpr std::string_view engine_auto = "auto";

struct core_config {
  std::string server;                 // as written, see myko::parse_addresses; empty: named none
  std::optional<std::uint16_t> port;  // where the server names none
  std::string token_file;
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  bool verify = true;
  bool compress = false;
  bool schema_descriptions = false;            // published schemas hold more than titles
  std::uint64_t frame_bytes_max = 15U << 20U;  // of one message to the core
};

// Pulses on their way to the core.
struct outbox_config {
  std::uint64_t bytes_max = 256U << 20U;             // on disk; above it the oldest are dropped
  std::optional<std::chrono::milliseconds> age_max;  // older ones are dropped; nothing: never
  std::uint64_t memory_bytes_max = 8U << 20U;        // in memory
  std::uint64_t window_bytes = 1U << 20U;            // sent and not yet acknowledged
  std::chrono::milliseconds commit_within{20};       // lines wait so long to be written together
  outbox::durability synchronous = outbox::durability::full;
};

struct config {
  core_config core;
  std::vector<myko::server_address> servers;  // derived from core
  std::string engine_host;                    // as DOCKER_HOST; empty: look for one
  bool start_podman = true;                   // where none is found, and there is a podman
  std::string service_id;                     // empty: gantry-HOST
  std::string machine_id;                     // empty: the host's name
  myko::machine_publishing machine_publish = myko::machine_publishing::automatic;
  std::string color = "#0f766e";  // of the instance in the UI
  fleet::selection containers;
  fleet::output_history history;
  fleet::action_rules actions;
  fleet::stats_config stats;
  // A target whose container is gone so long is deleted from the core; nothing: never.
  std::optional<std::chrono::milliseconds> forget_after = std::chrono::days(30);
  outbox_config outbox;
  double pulses_per_second = 60;              // of each emitter
  bool combine = true;                        // lines beyond that rate share a pulse
  std::uint64_t line_bytes_max = 1U << 20U;   // longer lines are cut
  std::vector<fleet::emitter_rule> emitters;  // the later over the earlier
  std::vector<gantry::slots::slot_template> slots;
  std::string log_level = "info";  // debug, info, warning, error
  std::string state_dir;           // empty: /var/lib/gantry, or XDG's for a user
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
