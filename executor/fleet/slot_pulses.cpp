#include "executor/fleet/slot_pulses.hpp"

#include "model/json_object.hpp"

namespace gantry::fleet {
namespace {

// Of a program that was killed by a signal, engines give 128 and its number.
constexpr int signal_base = 128;
constexpr int signal_last = 64;

bool is_of_signal(int exit_code) {
  return exit_code > signal_base && exit_code <= signal_base + signal_last;
}

}  // namespace

std::string end_reason(const run& ended, const std::string& asked) {
  if (!asked.empty()) return asked;
  // Also a child may have been killed, and the program have made the best of it.
  const bool well = ended.end && ended.end->exit_code == 0;
  if (ended.oom_killed && !well) return end_reasons::memory;
  if (ended.asked_to_stop()) return end_reasons::stop;
  if (!ended.end || !ended.end->exit_code) return end_reasons::unknown;
  return is_of_signal(*ended.end->exit_code) ? end_reasons::signal : end_reasons::exit;
}

json::text never_ran_data(const std::string& reason, const std::string& error) {
  return json::object()
      .set_null("exitCode")
      .set("oomKilled", false)
      .set("error", error)
      .set_null("startedAt")
      .set_null("finishedAt")
      .set_null("data")
      .set("reason", reason)
      .to_text();
}

json::text slot_state_data(const slots::slot_template& slot, const slots::slot_board& board,
                           const slot_state& state) {
  const char* const status = board.is_full() ? "full" : board.running().empty() ? "idle" : "busy";
  json::object out;
  out.set("status", status).set("concurrency", slot.concurrency);
  out.set_list("running", board.running()).set("waiting", board.waiting().size());
  if (!state.note.empty()) out.set("note", state.note);
  if (!state.error.empty()) out.set("error", state.error);
  return out.to_text();
}

}  // namespace gantry::fleet
