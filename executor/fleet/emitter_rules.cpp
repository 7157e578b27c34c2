#include "executor/fleet/emitter_rules.hpp"

#include "executor/fleet/pattern.hpp"
#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {
namespace {

// What holds for a while: who missed one only wants the next.
bool is_condition(std::string_view emitter) {
  return emitter == emitter_names::state || emitter == emitter_names::health ||
         emitter == emitter_names::stats || emitter == emitter_names::engine;
}

void apply(const emitter_rule& rule, emitter_policy& out) {
  out.delivery = rule.delivery.value_or(out.delivery);
  out.ttl = rule.ttl.value_or(out.ttl);
  out.pulses_per_second = rule.pulses_per_second.value_or(out.pulses_per_second);
  out.combine = rule.combine.value_or(out.combine);
}

}  // namespace

emitter_policy emitter_rules::policy_of(std::string_view path, std::string_view emitter) const {
  emitter_policy out;
  out.delivery = is_condition(emitter) ? delivery::latest : delivery::queued;
  out.pulses_per_second = defaults_.pulses_per_second;
  out.combine = defaults_.combine;
  const std::string text = std::string(path) + ":" + std::string(emitter);
  for (const emitter_rule& each : rules_) {
    if (fits(text, each.match)) apply(each, out);
  }
  if (out.delivery == delivery::latest) out.ttl.reset();  // a rule for many emitters may say it
  return out;
}

}  // namespace gantry::fleet
