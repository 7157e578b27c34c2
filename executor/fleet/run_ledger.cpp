#include "executor/fleet/run_ledger.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace gantry::fleet {
namespace {

using engine::container_details;
using engine::container_state;
using engine::timestamp;

std::optional<int> number_at(const engine::event& event, const std::string& key) {
  const auto found = event.attributes.find(key);
  if (found == event.attributes.end()) return std::nullopt;
  const std::string& text = found->second;
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// An engine tells of a start right after it, unless it is very busy.
constexpr timestamp start_lag_max = 10'000'000'000;
// What the times of an inspection and of an event may differ by where one is less exact.
constexpr timestamp inexact_max = 1'000'000'000;

// The signals that ask a program to end. `kill` events carry them as numbers.
constexpr std::array numbered_signals{
    std::pair{1, std::string_view("SIGHUP")},     std::pair{2, std::string_view("SIGINT")},
    std::pair{3, std::string_view("SIGQUIT")},    std::pair{9, std::string_view("SIGKILL")},
    std::pair{10, std::string_view("SIGUSR1")},   std::pair{12, std::string_view("SIGUSR2")},
    std::pair{15, std::string_view("SIGTERM")},   std::pair{28, std::string_view("SIGWINCH")},
    std::pair{37, std::string_view("SIGRTMIN+3")}};

bool names_signal(std::string_view configured, int number) {
  if (configured == std::to_string(number)) return true;
  for (const auto& [value, name] : numbered_signals) {
    if (value == number && (configured == name || configured == name.substr(3))) return true;
  }
  return false;
}

}  // namespace

// ---- Events ---------------------------------------------------------------------------------

void run_ledger::happened(const engine::event& event) {
  run* const its_run = run_at(event.time);
  if (event.action == "start") {
    started(event.time);
  } else if (event.action == "die") {
    died(event);
  } else if (event.action == "destroy") {
    removed();
  } else if (its_run == nullptr) {
    return;
  } else if (event.action == "oom") {
    its_run->oom_killed = true;
  } else if (event.action == "stop") {
    its_run->asked_by_others = true;
  } else if (event.action == "kill") {
    // Podman stamps it behind the end that an inspection tells; only a die event is exact.
    const auto& end = its_run->end;
    const timestamp inexact = its_run->died ? 0 : inexact_max;
    const bool before_its_end = !end || end->time == 0 || event.time <= end->time + inexact;
    if (before_its_end && ends_the_run(event)) its_run->asked_by_others = true;
  }
}

void run_ledger::started(timestamp time) {
  if (time <= state_.newest.noticed_at) return;
  const bool first_told_by_inspection = state_.newest.noticed_at == 0 &&
                                        state_.newest.started_at != 0 && !state_.newest.died &&
                                        time - state_.newest.started_at <= start_lag_max;
  if (open() && state_.newest.started_at == 0) {
    // Told by a start of its own: its end was missed, and no inspection can tell of it any more.
    end_before(time);
    state_.newest.ended_at = state_.newest.noticed_at;  // it may have ended as soon as that
    begin({.noticed_at = time});
  } else if (first_told_by_inspection || open()) {
    // With a run open that cannot be its start, we have missed its end: an inspection will tell.
    state_.newest.noticed_at = time;
  } else if (time > state_.newest.ended_at) {
    begin({.noticed_at = time});
  }
}

// The time of this event is the better end: what was printed to the last is stamped before it.
void run_ledger::died(const engine::event& die) {
  const timestamp newest_began =
      state_.newest.started_at != 0 ? state_.newest.started_at : state_.newest.noticed_at;
  if (die.time >= newest_began) {
    if (state_.newest.died) return;
    state_.newest.died = true;
    state_.newest.ended_at = die.time;
  }
  run* const ended = run_at(die.time);
  if (ended == nullptr) return;
  if (!ended->end) ended->end.emplace();
  ended->end->time = die.time;
  ended->died = true;
  if (!ended->end->exit_code) ended->end->exit_code = number_at(die, "exitCode");
}

// The newest of those that are not told which had begun by then.
run* run_ledger::run_at(timestamp time) {
  const auto found = std::find_if(state_.runs.rbegin(), state_.runs.rend(),
                                  [time](const run& each) { return each.began() <= time; });
  return found == state_.runs.rend() ? nullptr : &*found;
}

bool run_ledger::ends_the_run(const engine::event& kill) const {
  const auto signal = number_at(kill, "signal");
  if (!signal) return true;
  if (*signal == 9) return true;
  return names_signal(state_.stop_signal.empty() ? "SIGTERM" : state_.stop_signal, *signal) ||
         *signal == 15;
}

void run_ledger::removed() {
  if (open()) state_.runs.back().end = run_end{};
}

std::int64_t run_ledger::stop_asked() {
  if (!open()) return 0;
  state_.runs.back().asked_by_us = true;
  return state_.runs.back().number;
}

void run_ledger::stop_refused(std::int64_t number) {
  for (run& each : state_.runs) {
    if (each.number == number) each.asked_by_us = false;
  }
}

// ---- Inspections ----------------------------------------------------------------------------

void run_ledger::inspected(const container_details& details) {
  state_.stop_signal = details.stop_signal;
  const bool first = !std::exchange(state_.seen, true);
  if (first && (state_.how != acquaintance::made_since || was_reset(details))) meet(details);
  const timestamp start = details.started_at;
  if (start == 0) return;  // it has never run, or had not when this was asked
  switch (age_of(start)) {
    case age::older:
      return;
    case age::newest:
      state_.newest.started_at = start;
      if (!state_.runs.empty()) state_.runs.back().started_at = start;
      break;
    case age::later:  // a run that no event has told us of
      end_before(start);
      begin({.started_at = start});
      break;
  }
  if (!has_process(details.summary.state)) ended(details);
}

// Podman says of what ran when the machine went down that it was only created, and when it began.
bool run_ledger::was_reset(const container_details& details) const {
  return state_.runs.empty() && details.summary.state == container_state::created &&
         details.started_at != 0;
}

// What was before our time is not told: not its runs, not its output.
void run_ledger::meet(const container_details& details) {
  state_.history_until = details.finished_at;
  if (!state_.runs.empty()) {  // it was started between the list and this inspection
    const bool over =
        !has_process(details.summary.state) && age_of(details.started_at) == age::newest;
    if (over) state_.history_until = details.started_at - inexact_max;
  } else if (has_process(details.summary.state)) {
    const bool before_us = state_.how == acquaintance::found_at_start;
    begin({.started_at = details.started_at, .began_before_us = before_us});
  } else {
    state_.newest = {details.started_at, details.started_at, details.finished_at, true};
  }
}

// The run before this one: its end was missed, or the end of this one was taken for it.
void run_ledger::end_before(timestamp start) {
  if (state_.newest.ended_at == 0 || state_.newest.ended_at >= start)
    state_.newest.ended_at = start - 1;
  if (state_.runs.empty()) return;
  auto& end = state_.runs.back().end;
  if (!end) end.emplace();
  if (end->time == 0 || end->time >= start) end->time = start - 1;
}

// Of the newest run.
void run_ledger::ended(const container_details& details) {
  if (state_.newest.ended_at == 0) state_.newest.ended_at = details.finished_at;
  if (state_.runs.empty()) return;
  run& last = state_.runs.back();
  last.oom_killed = last.oom_killed || details.oom_killed;
  if (last.error.empty()) last.error = details.error;
  if (!last.end) last.end.emplace();
  if (last.end->time == 0) last.end->time = details.finished_at;
  if (!last.end->exit_code) last.end->exit_code = details.exit_code;
}

run_ledger::age run_ledger::age_of(timestamp start) const {
  if (state_.newest.started_at != 0) {
    if (start == state_.newest.started_at) return age::newest;
    return start < state_.newest.started_at ? age::older : age::later;
  }
  if (state_.newest.noticed_at == 0) return age::later;  // than nothing
  if (start <= state_.before || start < state_.newest.noticed_at - start_lag_max) return age::older;
  if (state_.newest.ended_at != 0 && start > state_.newest.ended_at) return age::later;
  return start > state_.newest.noticed_at + inexact_max ? age::later : age::newest;
}

// ---- The telling ----------------------------------------------------------------------------

void run_ledger::begin(run next) {
  const bool any_before = !state_.runs.empty() || state_.last;
  if (any_before && !newest_reasons().asked_to_stop()) ++state_.restarts;
  if (state_.runs.size() >= runs_max) state_.runs.erase(state_.runs.begin() + 1);
  state_.before = state_.newest.ended_at;
  state_.newest = {next.started_at, next.noticed_at, 0, false};
  next.number = ++state_.count;
  state_.runs.push_back(std::move(next));
}

void run_ledger::told() {
  const run& now = state_.runs.front();
  state_.last = {now.asked_by_us, now.asked_by_others, now.oom_killed};
  state_.runs.pop_front();
}

run run_ledger::newest_reasons() const {
  if (!state_.runs.empty()) return state_.runs.back();
  run out;
  if (!state_.last) return out;
  out.asked_by_us = state_.last->asked_by_us;
  out.asked_by_others = state_.last->asked_by_others;
  out.oom_killed = state_.last->oom_killed;
  return out;
}

bool run_ledger::lacks_die_event() const {
  return !state_.runs.empty() && state_.runs.front().end && !state_.runs.front().died;
}

bool run_ledger::is_later(timestamp line) const {
  if (state_.runs.empty()) return false;
  // The log may tell of the next run before the events do. Only a die event is exact enough to say
  // so alone.
  if (state_.runs.size() < 2 && !state_.newest.died) return false;
  const auto& end = state_.runs.front().end;
  return end && end->time != 0 && line > end->time;
}

}  // namespace gantry::fleet
