#include "executor/fleet/pulses.hpp"

#include <algorithm>

#include "executor/engine/rfc3339.hpp"
#include "executor/fleet/exit_signal.hpp"
#include "model/json_object.hpp"

namespace gantry::fleet {
namespace {

void set_time(json::object& out, std::string_view key, engine::timestamp time) {
  if (time == 0) {
    out.set_null(key);
  } else {
    out.set(key, engine::format_rfc3339(time));
  }
}

void set_text(json::object& out, std::string_view key, std::string_view text) {
  if (text.empty()) {
    out.set_null(key);
  } else {
    out.set(key, text);
  }
}

}  // namespace

std::string_view asked_by(const run& run) {
  if (run.asked_by_us) return "gantry";
  return run.asked_by_others ? "other" : "";
}

std::string run_name(const std::string& container, const run& run) {
  constexpr std::size_t digits = 12;  // as engines show an id
  return container.substr(0, digits) + "-" + std::to_string(run.number);
}

json::text run_data(const run& run, const std::string& container, const std::string& image,
                    const std::string& name) {
  json::object out;
  if (!name.empty()) out.set("run", name);
  out.set("containerId", container).set("image", image);
  out.set("startedAt", engine::format_rfc3339(run.start_to_tell()));
  return out.to_text();
}

json::text end_data(const run& run, const std::optional<json::text>& last,
                    const std::string& name) {
  json::object out;
  if (!name.empty()) out.set("run", name);
  const engine::timestamp start = run.start_to_tell();
  const run_end end = run.end.value_or(run_end{});
  if (end.exit_code) {
    out.set("exitCode", *end.exit_code);
  } else {
    out.set_null("exitCode");
  }
  out.set("oomKilled", run.oom_killed).set("error", run.error);
  set_time(out, "startedAt", start);
  set_time(out, "finishedAt", end.time);
  set_text(out, "signal", end.exit_code ? signal_of(*end.exit_code) : std::string_view());
  set_text(out, "askedBy", asked_by(run));
  if (start != 0 && end.time >= start) {
    out.set("durationMs", (end.time - start) / 1'000'000);
  } else {
    out.set_null("durationMs");
  }
  out.set("data", last.value_or(json::text{}));
  return out.to_text();
}

json::text state_data(const engine::container_details& details, const state_facts& facts) {
  json::object out;
  out.set("status", engine::to_string(details.summary.state));
  out.set("containerId", details.summary.id).set("image", details.summary.image);
  const bool ended = details.summary.state == engine::container_state::exited ||
                     details.summary.state == engine::container_state::dead;
  if (ended) {
    if (details.exit_code) out.set("exitCode", *details.exit_code);
    out.set("oomKilled", facts.oom_killed || details.oom_killed);
    set_text(out, "signal", details.exit_code ? signal_of(*details.exit_code) : std::string_view());
    set_text(out, "askedBy", facts.asked_by);
    set_time(out, "finishedAt", details.finished_at);
  }
  set_time(out, "startedAt", details.started_at);
  // The engine's own count has what was before our time, but begins anew with each start by hand.
  out.set("restarts", std::max(facts.restarts, details.restart_count));
  out.set("health", details.health ? engine::to_string(details.health->status) : "none");
  const std::string& reason = facts.error.empty() ? details.error : facts.error;
  if (!reason.empty()) out.set("error", reason);
  return out.to_text();
}

json::text gone_data() { return json::object().set("status", "gone").to_text(); }

}  // namespace gantry::fleet
