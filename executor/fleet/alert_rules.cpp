#include "executor/fleet/alert_rules.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "executor/engine/utf8.hpp"

namespace gantry::fleet {
namespace {

using engine::timestamp;

// What people and programs send to end a container, as `kill` events number it. A container whose
// own stop signal is another is told by the `stop` event that comes after its end.
constexpr std::array<std::string_view, 4> ending_signals{"2", "3", "9", "15"};
// A `stop` event comes right behind the end that it tells of.
constexpr timestamp stop_lag_max = 10'000'000'000;
constexpr std::size_t probe_words_max = 200;

std::string attribute(const engine::event& event, const char* key) {
  const auto found = event.attributes.find(key);
  return found == event.attributes.end() ? std::string() : found->second;
}

// "unless-stopped" does, too. Of an engine that does not tell nothing is known.
bool repeats_good_ends(const engine::container_details& details) {
  return details.restart_policy != "no" && details.restart_policy != "on-failure";
}

timestamp nanoseconds(std::chrono::milliseconds time) {
  return std::chrono::nanoseconds(time).count();
}

std::string crash_words(const std::string& how) {
  return "It keeps ending soon after it starts, " + how +
         ". Its last lines of output may say why; the action stop ends the loop.";
}

const std::string memory_words =
    "It was killed because it used all the memory that it may use. Give it more, or find out why "
    "it needs so much, and start it again.";

// The first line of what the probe printed, as far as it fits.
std::string probe_words(const engine::container_health& health) {
  std::string text = health.last_output.substr(0, health.last_output.find_first_of("\r\n"));
  if (text.size() <= probe_words_max) return text;
  return engine::cut_utf8(std::move(text), probe_words_max) + " ...";
}

std::string health_words(const engine::container_health* health) {
  std::string out = "It runs, but its health check fails";
  if (health == nullptr) return out + ".";
  out += " with exit code " + std::to_string(health->last_exit_code);
  const std::string said = probe_words(*health);
  return said.empty() ? out + "." : out + ": " + said;
}

}  // namespace

void container_alert_rules::happened(const engine::event& event, time_point now) {
  if (event.action == "start") {
    started(event.time, now);
  } else if (event.action == "die") {
    ended(event);
  } else if (event.action == "oom") {
    if (event.time > ended_at_) out_of_memory_ = true;
  } else if (event.action == "stop") {
    stopped_by_somebody(event.time);
  } else if (event.action == "kill") {
    const bool ends = std::ranges::count(ending_signals, attribute(event, "signal")) > 0;
    if (ends && event.time > ended_at_) stop_asked_ = true;
  } else if (event.action == "health_status: unhealthy") {
    held_.try_emplace(alert_code::unhealthy, health_words(nullptr));
  } else if (event.action == "health_status: healthy") {
    held_.erase(alert_code::unhealthy);
  }
}

void container_alert_rules::started(timestamp time, time_point now) {
  if (time <= began_) return;  // it is told once more
  began_ = time;
  stop_asked_ = false;
  out_of_memory_ = false;
  if (time > ended_at_) runs_since_ = now;
}

void container_alert_rules::ended(const engine::event& die) {
  if (die.time <= ended_at_) return;
  ended_at_ = die.time;
  runs_since_.reset();
  held_.erase(alert_code::unhealthy);
  const std::string code = attribute(die, "exitCode");
  const bool for_memory = std::exchange(out_of_memory_, false);
  if (for_memory && code != "0") ran_out_of_memory(began_);
  if (code != "0") bad_end_ = die.time;
  const bool is_short =
      began_ != 0 && began_ <= die.time && die.time - began_ < nanoseconds(limits_.short_run);
  const bool was_asked = std::exchange(stop_asked_, false);
  if (was_asked || !is_short) {
    forget_crashes();
  } else if (code == "0" && !repeats_good_ends_) {
    ended_well();
  } else if (code == "0") {
    clean_ends_.push_back({die.time, "though with exit code 0"});
    if (clean_ends_.size() > limits_.crashes) clean_ends_.pop_front();
  } else {
    crashed(die.time, "the last time with exit code " + (code.empty() ? "unknown" : code));
  }
}

void container_alert_rules::crashed(timestamp time, std::string how) {
  crashes_.push_back({time, std::move(how)});
  if (crashes_.size() > limits_.crashes) crashes_.pop_front();
  const bool is_loop = crashes_.size() == limits_.crashes &&
                       time - crashes_.front().time <= nanoseconds(limits_.within);
  if (is_loop || held_.contains(alert_code::crash_loop)) {
    held_[alert_code::crash_loop] = crash_words(crashes_.back().how);
  }
}

// The end was taken for a crash, as `stop` is told only after it.
void container_alert_rules::stopped_by_somebody(timestamp time) {
  const bool is_over = ended_at_ > began_;
  if (!is_over) {
    if (time > ended_at_) stop_asked_ = true;
  } else if (time - ended_at_ < stop_lag_max) {
    forget_crashes();
  }
}

void container_alert_rules::forget_crashes() {
  crashes_.clear();
  clean_ends_.clear();
  held_.erase(alert_code::crash_loop);
}

void container_alert_rules::ran_out_of_memory(timestamp start) {
  memory_start_ = start;
  held_[alert_code::out_of_memory] = memory_words;
}

// A job that has done its work, and is not started again by itself: what was wrong is over.
void container_alert_rules::ended_well() {
  forget_crashes();
  held_.erase(alert_code::out_of_memory);
}

// The engine counts its restarts from the last start by anybody else.
void container_alert_rules::look_for_restarts(const engine::container_details& details) {
  if (details.restart_count == 0) return;
  const bool is_next = details.summary.state == engine::container_state::restarting;
  while (!clean_ends_.empty() && (is_next || clean_ends_.front().time < details.started_at)) {
    const end short_run = clean_ends_.front();
    clean_ends_.pop_front();
    crashed(short_run.time, short_run.how);
  }
}

void container_alert_rules::inspected(const engine::container_details& details, time_point now) {
  repeats_good_ends_ = repeats_good_ends(details);
  look_for_restarts(details);
  if (!has_process(details.summary.state)) {
    runs_since_.reset();
    held_.erase(alert_code::unhealthy);
    // It may be overtaken by what events told since.
    const bool is_news = details.started_at >= seen_start_ && details.started_at > forgiven_start_;
    seen_start_ = std::max(seen_start_, details.started_at);
    const bool failed = details.exit_code && *details.exit_code != 0;
    if (is_news && details.oom_killed && failed) {
      ran_out_of_memory(details.started_at);
    }
    if (failed) bad_end_ = std::max(bad_end_, details.finished_at);
    const bool is_over = details.summary.state == engine::container_state::exited;
    const bool is_well = details.exit_code == 0 && details.finished_at > bad_end_;
    if (is_over && is_well && !repeats_good_ends_) ended_well();
    return;
  }
  if (!runs_since_ || details.started_at > seen_start_) runs_since_ = now;
  if (began_ == 0) began_ = details.started_at;
  seen_start_ = std::max(seen_start_, details.started_at);
  const auto* health = details.health ? &*details.health : nullptr;
  if (health == nullptr || health->status != engine::health_status::unhealthy) {
    held_.erase(alert_code::unhealthy);
    return;
  }
  // Once with the probe's words; what each later one prints is no news.
  std::string& words = held_[alert_code::unhealthy];
  if (words.empty() || words == health_words(nullptr)) words = health_words(health);
}

void container_alert_rules::run_asked() { asked_start_ = std::max(began_, seen_start_); }

// Its crashes are still counted: when it goes on as before, that is known at once.
void container_alert_rules::run_done() {
  forgiven_start_ = asked_start_;
  held_.erase(alert_code::crash_loop);
  if (memory_start_ <= asked_start_) held_.erase(alert_code::out_of_memory);
}

void container_alert_rules::hangs(const std::string& what) {
  hanging_.insert(what);
  tell_what_hangs();
}

void container_alert_rules::answers(const std::string& what) {
  hanging_.erase(what);
  tell_what_hangs();
}

void container_alert_rules::tell_what_hangs() {
  held_.erase(alert_code::not_answering);
  if (hanging_.empty()) return;
  std::string what;
  for (const std::string& each : hanging_) what += (what.empty() ? "" : " and ") + each;
  held_[alert_code::not_answering] =
      "The engine does not answer when it is asked for this container's " + what +
      ". What is told of it may be out of date, and actions on it may hang; others are not "
      "concerned. If it stays so the container is stuck in the engine: restart that.";
}

void container_alert_rules::out_of_sight() {
  runs_since_.reset();
  hanging_.clear();
  tell_what_hangs();
}

void container_alert_rules::stop_asked() { stop_asked_ = runs_since_.has_value(); }

void container_alert_rules::pass(time_point now) {
  const auto due = next_due();
  if (!due || *due > now) return;
  forget_crashes();
  held_.erase(alert_code::out_of_memory);
}

std::optional<container_alert_rules::time_point> container_alert_rules::next_due() const {
  const bool waits =
      held_.contains(alert_code::crash_loop) || held_.contains(alert_code::out_of_memory);
  if (!waits || !runs_since_) return std::nullopt;
  return *runs_since_ + limits_.short_run;
}

}  // namespace gantry::fleet
