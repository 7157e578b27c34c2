#include "executor/fleet/compose_condition.hpp"

#include <algorithm>

#include "executor/engine/utf8.hpp"

namespace gantry::fleet {
namespace {

using engine::container_details;
using engine::container_state;
using kind = compose_verdict::kind;

constexpr std::size_t probe_line_max = 200;

std::string how_it_ended(const container_details& details) {
  return "ended with exit code " +
         (details.exit_code ? std::to_string(*details.exit_code) : "unknown") +
         (details.error.empty() ? "" : " (" + details.error + ")");
}

// The first line that the last probe printed.
std::string last_probe_line(const engine::container_health& health) {
  std::string out = engine::visible_utf8(health.last_output);
  out.resize(std::min(out.find_first_of("\r\n"), out.size()));
  if (out.size() > probe_line_max) out = engine::visible_utf8(out.substr(0, probe_line_max));
  return out.empty() ? "" : ", the last time with: " + out;
}

compose_verdict judge_health(const container_details& details) {
  if (details.summary.state == container_state::restarting) {
    return {kind::not_yet, "is being restarted by the engine, after it " + how_it_ended(details)};
  }
  if (!details.health) {
    return {kind::holds,
            "has no health check: what waits for its health went on as soon as it ran"};
  }
  switch (details.health->status) {
    case engine::health_status::healthy:
      return {kind::holds, ""};
    case engine::health_status::unhealthy:
      return {kind::never, "is unhealthy: its health check failed " +
                               std::to_string(details.health->failing_streak) + " times in a row" +
                               last_probe_line(*details.health)};
    case engine::health_status::starting:
      break;
  }
  return {kind::not_yet, "has a health check that has not succeeded yet"};
}

}  // namespace

compose_verdict judge(compose_condition until, const container_details& details) {
  const container_state state = details.summary.state;
  if (state == container_state::created) return {kind::never, "was never started"};
  if (state == container_state::removing) return {kind::never, "is being removed"};
  if (until == compose_condition::completed) {
    if (is_alive(state)) return {kind::not_yet, "runs still"};
    if (details.exit_code == 0 && state == container_state::exited) return {kind::holds, ""};
    return {kind::never, how_it_ended(details)};
  }
  if (!is_alive(state)) return {kind::never, "does not run: it " + how_it_ended(details)};
  if (until == compose_condition::healthy) return judge_health(details);
  return {kind::holds, ""};
}

std::string words_for(compose_condition until) {
  switch (until) {
    case compose_condition::done:
      return "to be started";
    case compose_condition::healthy:
      return "to be healthy";
    case compose_condition::completed:
      return "to end with exit code 0";
  }
  return "";
}

}  // namespace gantry::fleet
