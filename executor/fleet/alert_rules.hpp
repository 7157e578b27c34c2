// When something is wrong with a container, and when it is over: from what the engine tells, what
// an operator asked for, and the time. docs/ALERTS.md lists the rules.
//
// How long a run was is told by the engine's times, in ns since 1970; that one goes on, by our own
// clock, which need not agree with the engine's. Decides, no I/O.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <string>

#include "executor/engine/container_types.hpp"
#include "executor/engine/stream_types.hpp"
#include "executor/fleet/alert_board.hpp"

namespace gantry::fleet {

struct alert_limits {
  std::size_t crashes = 3;                                     // so many short runs ...
  std::chrono::milliseconds within = std::chrono::minutes(5);  // ... in this time are a loop
  std::chrono::milliseconds short_run = std::chrono::minutes(1);
  std::chrono::milliseconds loss_over = std::chrono::minutes(5);  // without new losses
  std::chrono::milliseconds pull_forgotten = std::chrono::hours(1);
};

// Of one container.
class container_alert_rules {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit container_alert_rules(const alert_limits& limits) : limits_(limits) {}

  void happened(const engine::event& event, time_point now);
  void inspected(const engine::container_details& details, time_point now);
  // An operator asks for it through us, and then it is done, or refused.
  void run_asked();
  void run_done();
  void stop_asked();
  void stop_done() { forget_crashes(); }
  void stop_refused() { stop_asked_ = false; }
  // The engine does not answer when it is asked for this, in words; and does again.
  void hangs(const std::string& what);
  void answers(const std::string& what);
  // Nothing can be known of it until it is inspected again.
  void out_of_sight();
  void pass(time_point now);

  [[nodiscard]] const fleet::conditions& conditions() const { return held_; }
  // When time alone may end something.
  [[nodiscard]] std::optional<time_point> next_due() const;

 private:
  void started(engine::timestamp time, time_point now);
  void ended(const engine::event& die);
  void crashed(engine::timestamp time, std::string how);
  void look_for_restarts(const engine::container_details& details);
  void stopped_by_somebody(engine::timestamp time);
  void forget_crashes();
  void ran_out_of_memory(engine::timestamp start);
  void tell_what_hangs();
  void ended_well();

  struct end {
    engine::timestamp time = 0;
    std::string how;
  };

  alert_limits limits_;
  fleet::conditions held_;
  std::set<std::string> hanging_;
  std::deque<end> crashes_;           // the last ones
  std::deque<end> clean_ends_;        // of short runs, with exit code 0: crashes if it is restarted
  engine::timestamp began_ = 0;       // the last run
  engine::timestamp ended_at_ = 0;    // the last run that ended
  bool stop_asked_ = false;           // the present run, by whomever
  bool out_of_memory_ = false;        // was told in the present run
  engine::timestamp seen_start_ = 0;  // of the latest run that was inspected
  engine::timestamp memory_start_ = 0;    // of the run that ran out of memory last
  engine::timestamp bad_end_ = 0;         // the last one that was not well
  engine::timestamp asked_start_ = 0;     // of the last run when an operator asked for another ...
  engine::timestamp forgiven_start_ = 0;  // ... and got it: its end is dealt with
  bool repeats_good_ends_ = true;         // by its restart policy, as far as we know
  std::optional<time_point> runs_since_;  // as far as we know; nothing: it does not run
};

}  // namespace gantry::fleet
