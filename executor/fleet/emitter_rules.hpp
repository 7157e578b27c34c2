// How the pulses of each emitter are delivered: defaults by its name, and the operator's rules.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gantry::fleet {

enum class delivery {
  queued,  // every pulse, in order: it waits, on disk, until the core has read it
  latest,  // the newest only: it takes the place of one that still waits
};

struct emitter_policy {
  fleet::delivery delivery = fleet::delivery::queued;
  // Of queued pulses only: dropped, with a notice, when not delivered by then. Nothing: never.
  std::optional<std::chrono::milliseconds> ttl;
  double pulses_per_second = 60;
  bool combine = true;  // of lines that come faster; false: each is a pulse of its own

  bool operator==(const emitter_policy&) const = default;
};

// What a rule does not set stays as it is.
struct emitter_rule {
  std::string match;  // PATH:EMITTER, a pattern as in `selection`; * spans / and : too
  std::optional<fleet::delivery> delivery;
  std::optional<std::optional<std::chrono::milliseconds>> ttl;  // nothing in it: never
  std::optional<double> pulses_per_second;
  std::optional<bool> combine;

  bool operator==(const emitter_rule&) const = default;
};

// For emitters that no rule says otherwise of.
struct emitter_defaults {
  double pulses_per_second = 60;
  bool combine = true;
};

class emitter_rules {
 public:
  emitter_rules() = default;
  emitter_rules(std::vector<emitter_rule> rules, emitter_defaults defaults)
      : rules_(std::move(rules)), defaults_(defaults) {}

  // `path` is the target's, without its service: "container/clock"; `emitter` one of its
  // emitter_names. State, health and stats are `latest`, all others `queued`, but for what the
  // rules say, the later over the earlier.
  [[nodiscard]] emitter_policy policy_of(std::string_view path, std::string_view emitter) const;

 private:
  std::vector<emitter_rule> rules_;
  emitter_defaults defaults_;
};

}  // namespace gantry::fleet
