#include "executor/fleet/pulses.hpp"

#include "executor/engine/rfc3339.hpp"
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

// As exactly as we know.
engine::timestamp began(const run& run) {
  return run.started_at != 0 ? run.started_at : run.noticed_at;
}

}  // namespace

json::text run_data(const run& run, const std::string& container, const std::string& image) {
  json::object out;
  out.set("containerId", container).set("image", image);
  out.set("startedAt", engine::format_rfc3339(began(run)));
  return out.to_text();
}

json::text end_data(const run& run, const std::optional<json::text>& last) {
  json::object out;
  const run_end end = run.end.value_or(run_end{});
  if (end.exit_code) {
    out.set("exitCode", *end.exit_code);
  } else {
    out.set_null("exitCode");
  }
  out.set("oomKilled", run.oom_killed).set("error", run.error);
  set_time(out, "startedAt", began(run));
  set_time(out, "finishedAt", end.time);
  out.set("data", last.value_or(json::text{}));
  return out.to_text();
}

json::text state_data(const engine::container_details& details, const std::string& error) {
  json::object out;
  out.set("status", engine::to_string(details.summary.state));
  out.set("containerId", details.summary.id).set("image", details.summary.image);
  const bool ended = details.summary.state == engine::container_state::exited ||
                     details.summary.state == engine::container_state::dead;
  if (ended) out.set("exitCode", details.exit_code);
  const std::string& reason = error.empty() ? details.error : error;
  if (!reason.empty()) out.set("error", reason);
  return out.to_text();
}

json::text gone_data() { return json::object().set("status", "gone").to_text(); }

}  // namespace gantry::fleet
