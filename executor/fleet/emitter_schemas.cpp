#include <map>
#include <stdexcept>
#include <string>

#include "executor/fleet/schemas.hpp"
#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {
namespace {

using value = value_schema;
using members = std::vector<schema_member>;

// What is queued is counted by `seq`; a rule may make that of `state`, too. Where some had to be
// dropped a notice stands, which has none of the other members.
object_schema counted(const members& own) {
  return object_schema({{"seq", value::integer("Number", {.least = 1})}})
      .with(own)
      .with(notice_members());
}

schema_member run_name_member() {
  return {"run", value::text("Run").about("The same in all pulses of one run.")};
}
value exit_code() { return value::integer("Exit code"); }
value signal() {
  return value::text("Signal that ended it, such as SIGKILL")
      .about("By its exit code: SIGKILL for 137, and so on.")
      .or_null();
}
value asked_by() { return value::text("Who had it ended: gantry or other").or_null(); }
value started_at() { return value::text("Start (RFC 3339)").or_null(); }
value finished_at() { return value::text("End (RFC 3339)").or_null(); }

std::vector<schema_choice> health_words() {
  return {{"healthy", "Healthy"},
          {"unhealthy", "Unhealthy"},
          {"starting", "Starting"},
          {"none", "No health check"}};
}

members output_members() {
  return {{"seq", value::integer("Number of the first line", {.least = 1})},
          run_name_member(),
          {"count", value::integer("How many lines text holds", {.least = 1})},
          {"text", value::text("The lines, joined by newlines")},
          {"stream", value::choice("Stream", {{"stdout", "Standard output"},
                                              {"stderr", "Standard error"},
                                              {"tty", "Terminal"}})},
          {"time", value::time("Time of the first line")},
          {"json", value::any("Value, where it is a line of JSON")},
          {"truncated", value::toggle("Longer than the limit: cut")}};
}

members run_members() {
  return {run_name_member(),
          {"containerId", value::text("Container")},
          {"image", value::text("Image")},
          {"startedAt", value::time("Start")}};
}

members end_members() {
  return {run_name_member(),
          {"exitCode", exit_code().about("null: the engine cannot tell.").or_null()},
          {"oomKilled", value::toggle("Killed for want of memory")},
          {"error", value::text("Why it could not start")},
          {"startedAt", started_at()},
          {"finishedAt", finished_at()},
          {"signal", signal()},
          {"askedBy", asked_by()},
          {"durationMs", value::integer("Duration (ms)", {.least = 0}).or_null()},
          {"data", value::any("Last line of the run that was JSON")}};
}

// What a container has that ended: exitCode to finishedAt.
members state_members() {
  return {{"status", value::choice("State", {{"created", "Created"},
                                             {"running", "Running"},
                                             {"paused", "Paused"},
                                             {"restarting", "Restarting"},
                                             {"removing", "Removing"},
                                             {"exited", "Exited"},
                                             {"dead", "Dead"},
                                             {"gone", "Gone"}})},
          {"containerId", value::text("Container")},
          {"image", value::text("Image")},
          {"exitCode", exit_code()},
          {"oomKilled", value::toggle("Killed for want of memory")},
          {"signal", signal()},
          {"askedBy", asked_by()},
          {"finishedAt", finished_at()},
          {"startedAt", started_at()},
          {"restarts",
           value::integer("Restarts that nobody asked for", {.least = 0})
               .about("How often it was started again after an end that nobody asked for.")},
          {"health", value::choice("Health", health_words())},
          {"error", value::text("Why it or its last action failed")}};
}

members health_members() {
  return {{"status", value::choice("Health", health_words())},
          {"failingStreak", value::integer("Failed probes in a row", {.least = 0})},
          {"exitCode", value::integer("Exit code of the last probe")},
          {"output", value::text("What the last probe printed")}};
}

members stats_members() {
  return {{"cpu", value::number("CPUs used since the last pulse").or_null()},
          {"memory", value::object("Memory (bytes)", {{"used", value::integer("Used")},
                                                      {"limit", value::integer("Limit")}})},
          {"net", value::object("Network (bytes)", {{"received", value::integer("Received")},
                                                    {"sent", value::integer("Sent")}})},
          {"block", value::object("Disks (bytes)", {{"read", value::integer("Read")},
                                                    {"written", value::integer("Written")}})},
          {"pids", value::integer("Processes and threads")},
          {"time", value::time("Time")}};
}

members engine_facts() {
  return {{"connected", value::toggle("Connected")},
          {"product", value::text("Product")},
          {"version", value::text("Version")},
          {"api", value::text("API version")},
          {"os", value::text("Operating system")},
          {"containers", value::object("Containers", {{"running", value::integer("Running")},
                                                      {"paused", value::integer("Paused")},
                                                      {"stopped", value::integer("Stopped")}})},
          {"images", value::integer("Images")},
          {"error", value::text("Why it does not answer")}};
}

value level() {
  return value::choice("Level", {{"info", "Info"}, {"warn", "Warning"}, {"error", "Error"}});
}

// Never queued: it has no number and no notices.
members alert_members() {
  return {{"code", value::text("What began or ended; empty: nothing yet")},
          {"level", level()},
          {"message", value::text("Message")},
          {"active", value::toggle("It began; false: it ended")},
          {"since", value::time("When it began, or ended")},
          {"all", value::list("All that is wrong now, the worst first",
                              value::object("Alert", {{"code", value::text("Code")},
                                                      {"level", level()},
                                                      {"message", value::text("Message")},
                                                      {"since", value::time("When it began")}}))}};
}

}  // namespace

std::vector<schema_member> notice_members() {
  return {{"suppressed", value::integer("So many were dropped here").or_null()},
          {"from", value::integer("Number of the first dropped one").or_null()},
          {"to", value::integer("Number of the last dropped one").or_null()},
          {"reason", value::text("Why they were dropped")}};
}

const object_schema& emitter_schema(std::string_view emitter) {
  static const std::map<std::string_view, object_schema> schemas{
      {emitter_names::output, counted(output_members())},
      {emitter_names::run, counted(run_members())},
      {emitter_names::stop, counted(end_members())},
      {emitter_names::finish, counted(end_members())},
      {emitter_names::state, counted(state_members())},
      {emitter_names::health, counted(health_members())},
      {emitter_names::stats, counted(stats_members())},
      {emitter_names::engine, counted(engine_facts())},
      {emitter_names::alerts, object_schema(alert_members())}};
  const auto found = schemas.find(emitter);
  if (found == schemas.end()) throw std::logic_error("no schema for " + std::string(emitter));
  return found->second;
}

}  // namespace gantry::fleet
