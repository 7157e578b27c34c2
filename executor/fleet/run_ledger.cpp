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

timestamp began(const run& run) { return run.started_at != 0 ? run.started_at : run.noticed_at; }

bool is_running(const container_details& details) {
  return details.summary.state == container_state::running ||
         details.summary.state == container_state::paused;
}

// The signals that ask a program to end. `kill` events carry them as numbers.
constexpr std::array ending_signals{
    std::pair{1, std::string_view("SIGHUP")},     std::pair{2, std::string_view("SIGINT")},
    std::pair{3, std::string_view("SIGQUIT")},    std::pair{9, std::string_view("SIGKILL")},
    std::pair{10, std::string_view("SIGUSR1")},   std::pair{12, std::string_view("SIGUSR2")},
    std::pair{15, std::string_view("SIGTERM")},   std::pair{28, std::string_view("SIGWINCH")},
    std::pair{37, std::string_view("SIGRTMIN+3")}};

bool names_signal(std::string_view configured, int number) {
  if (configured == std::to_string(number)) return true;
  for (const auto& [value, name] : ending_signals) {
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
    const auto& end = its_run->end;
    const bool before_its_end = !end || end->time == 0 || event.time <= end->time;
    if (before_its_end && ends_the_run(event)) its_run->asked_by_others = true;
  }
}

void run_ledger::started(timestamp time) {
  if (time <= newest_.noticed_at) return;
  const bool first_told_by_inspection = newest_.noticed_at == 0 && newest_.started_at != 0 &&
                                        !newest_.died && time - newest_.started_at <= start_lag_max;
  // With a run open that cannot be its start, we have missed its end: an inspection will tell.
  if (first_told_by_inspection || open()) {
    newest_.noticed_at = time;
  } else if (time > newest_.ended_at) {
    begin({.noticed_at = time});
  }
}

// The time of this event is the better end: what was printed to the last is stamped before it.
void run_ledger::died(const engine::event& die) {
  const timestamp newest_began = newest_.started_at != 0 ? newest_.started_at : newest_.noticed_at;
  if (die.time >= newest_began) {
    if (newest_.died) return;
    newest_.died = true;
    newest_.ended_at = die.time;
  }
  run* const ended = run_at(die.time);
  if (ended == nullptr) return;
  if (!ended->end) ended->end.emplace();
  ended->end->time = die.time;
  if (!ended->end->exit_code) ended->end->exit_code = number_at(die, "exitCode");
}

// The newest of those that are not told which had begun by then.
run* run_ledger::run_at(timestamp time) {
  const auto found = std::find_if(runs_.rbegin(), runs_.rend(),
                                  [time](const run& each) { return began(each) <= time; });
  return found == runs_.rend() ? nullptr : &*found;
}

bool run_ledger::ends_the_run(const engine::event& kill) const {
  const auto signal = number_at(kill, "signal");
  if (!signal) return true;
  if (*signal == 9) return true;
  return names_signal(stop_signal_.empty() ? "SIGTERM" : stop_signal_, *signal) || *signal == 15;
}

void run_ledger::removed() {
  if (open()) runs_.back().end = run_end{};
}

void run_ledger::stop_asked() {
  if (open()) runs_.back().asked_by_us = true;
}

void run_ledger::stop_refused() {
  if (open()) runs_.back().asked_by_us = false;
}

// ---- Inspections ----------------------------------------------------------------------------

void run_ledger::inspected(const container_details& details) {
  stop_signal_ = details.stop_signal;
  const bool first = !std::exchange(seen_, true);
  if (first && how_ == acquaintance::found_at_start) meet(details);
  const timestamp start = details.started_at;
  if (start == 0) return;  // it has never run, or had not when this was asked
  switch (age_of(start)) {
    case age::older:
      return;
    case age::newest:
      newest_.started_at = start;
      if (!runs_.empty()) runs_.back().started_at = start;
      break;
    case age::later:  // a run that no event has told us of
      end_before(start);
      begin({.started_at = start});
      break;
  }
  if (!is_running(details)) ended(details);
}

// What was before our time is not told: not its runs, not its output.
void run_ledger::meet(const container_details& details) {
  history_until_ = details.finished_at;
  if (!runs_.empty()) {  // it was started between the list and this inspection
    const bool over = !is_running(details) && age_of(details.started_at) == age::newest;
    if (over) history_until_ = details.started_at - inexact_max;
  } else if (is_running(details)) {
    begin({.started_at = details.started_at, .began_before_us = true});
  } else {
    newest_ = {details.started_at, details.started_at, details.finished_at, true};
  }
}

// The run before this one: its end was missed, or the end of this one was taken for it.
void run_ledger::end_before(timestamp start) {
  if (newest_.ended_at == 0 || newest_.ended_at >= start) newest_.ended_at = start - 1;
  if (runs_.empty()) return;
  auto& end = runs_.back().end;
  if (!end) end.emplace();
  if (end->time == 0 || end->time >= start) end->time = start - 1;
}

// Of the newest run.
void run_ledger::ended(const container_details& details) {
  if (newest_.ended_at == 0) newest_.ended_at = details.finished_at;
  if (runs_.empty()) return;
  run& last = runs_.back();
  last.oom_killed = last.oom_killed || details.oom_killed;
  if (last.error.empty()) last.error = details.error;
  if (!last.end) last.end.emplace();
  if (last.end->time == 0) last.end->time = details.finished_at;
  if (!last.end->exit_code) last.end->exit_code = details.exit_code;
}

run_ledger::age run_ledger::age_of(timestamp start) const {
  if (newest_.started_at != 0) {
    if (start == newest_.started_at) return age::newest;
    return start < newest_.started_at ? age::older : age::later;
  }
  if (newest_.noticed_at == 0) return age::later;  // than nothing
  if (start <= before_ || start < newest_.noticed_at - start_lag_max) return age::older;
  if (newest_.ended_at != 0 && start > newest_.ended_at) return age::later;
  return start > newest_.noticed_at + inexact_max ? age::later : age::newest;
}

// ---- The telling ----------------------------------------------------------------------------

void run_ledger::begin(run next) {
  if (runs_.size() >= runs_max) runs_.erase(runs_.begin() + 1);
  before_ = newest_.ended_at;
  newest_ = {next.started_at, next.noticed_at, 0, false};
  runs_.push_back(std::move(next));
}

void run_ledger::told() { runs_.pop_front(); }

bool run_ledger::is_later(timestamp line) const {
  if (runs_.size() < 2) return false;
  const auto& end = runs_.front().end;
  return end && end->time != 0 && line > end->time;
}

}  // namespace gantry::fleet
