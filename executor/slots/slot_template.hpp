// A slot as the operator describes it: what container is made for each run. Plain data.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "executor/engine/container_spec.hpp"
#include "model/json_types.hpp"

namespace gantry::slots {

enum class output_form : std::uint8_t {
  text,      // lines, as of any container
  json,      // each line is a JSON value and a pulse of its own
  numbered,  // so, too, with its run and its number
};

enum class when_full : std::uint8_t {
  reject,   // an error
  replace,  // the oldest run is stopped, and the new one takes its place
  queue,    // it waits for its turn
};

enum class keep : std::uint8_t { none, failed, all };

enum class pull : std::uint8_t { never, missing, always };

struct slot_template {
  std::string name;  // letters, digits, '.', '_' and '-'
  std::string image;
  std::optional<std::vector<std::string>> entrypoint;  // nothing: the image's
  std::vector<std::string> command;                    // empty: the image's
  std::map<std::string, std::string> environment;
  std::string working_dir;  // empty: the image's
  std::vector<engine::container_mount> mounts;
  std::optional<json::text> input;  // JSON Schema, Draft 7, of a run's data; nothing: any object

  output_form output = output_form::text;
  std::size_t concurrency = 1;  // runs at a time
  slots::when_full when_full = when_full::reject;
  std::size_t queue_max = 64;                        // runs that wait
  std::optional<std::chrono::milliseconds> timeout;  // of a run; nothing: none
  std::chrono::seconds stop_grace{10};               // to end by itself before it is killed
  slots::keep keep = keep::none;                     // containers of runs that are over
  std::size_t keep_max = 10;                         // of them; the oldest go first
  slots::pull pull = pull::never;

  // Hardened unless said otherwise.
  std::string user = "65534:65534";  // nobody; empty: the image's
  std::string network = "none";
  std::uint64_t memory_bytes = 256U << 20U;  // 0: no limit; so below
  double cpus = 1;
  std::int64_t pids = 256;
  bool read_only_root = true;
  std::uint64_t tmp_bytes = 64U << 20U;  // of the tmpfs at /tmp; 0: there is none
  std::vector<std::string> cap_add;      // all others are dropped
  bool no_new_privileges = true;

  bool operator==(const slot_template&) const = default;
};

}  // namespace gantry::slots
