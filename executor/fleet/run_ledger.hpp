// The runs of one container: when each began, how it ended, and which of them is being told.
//
// What is known comes from two sides, events and inspections, in any order and more than once;
// either may be missing. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "executor/engine/container_types.hpp"
#include "executor/engine/stream_types.hpp"

namespace gantry::fleet {

struct run_end {
  std::optional<int> exit_code;  // nothing: nobody can tell any more
  engine::timestamp time = 0;    // nothing that the run printed is stamped later; 0: not known

  bool operator==(const run_end&) const = default;
};

struct run {
  // Of this container, from 1, of those that gantry has known; 0 only before it is in a ledger.
  std::int64_t number = 0;
  engine::timestamp started_at = 0;  // 0: not known yet
  engine::timestamp noticed_at = 0;  // when the engine said so; 0: it was found by inspection
  engine::timestamp told_start = 0;  // as its `run` pulse has said; 0: none has
  bool began_before_us = false;      // it ran when we first saw the container: no `run` pulse
  bool asked_by_us = false;
  bool asked_by_others = false;
  bool oom_killed = false;
  bool died = false;  // its die event has come: nothing that came before it is still on its way
  std::string error;
  std::optional<run_end> end;

  // As exactly as we know; 0: not at all.
  [[nodiscard]] engine::timestamp began() const {
    return started_at != 0 ? started_at : noticed_at;
  }
  // What every pulse says of its start, whatever is learnt later.
  [[nodiscard]] engine::timestamp start_to_tell() const {
    return told_start != 0 ? told_start : began();
  }
  // Ends it with `stop`, or with `finish`?
  [[nodiscard]] bool asked_to_stop() const { return asked_by_us || asked_by_others; }

  bool operator==(const run&) const = default;
};

// How we met a container.
enum class acquaintance {
  found_at_start,  // it was there before we came, and its run with it
  found_at_rest,   // it was there, but did not run: whatever runs now has begun since
  made_since,      // all its runs are of our time
};

// All that a ledger knows: plain, so that it can be kept over a restart.
struct run_ledger_state {
  // The newest run, told or not: by it we know whether an event or an inspection is news.
  struct trace {
    engine::timestamp started_at = 0;  // 0: not known yet
    engine::timestamp noticed_at = 0;  // of its start event; 0: that has not come
    engine::timestamp ended_at = 0;    // 0: it runs, or it is not known when it ended
    bool died = false;                 // its die event has come

    bool operator==(const trace&) const = default;
  };

  // What is left of the newest run when it has been told.
  struct reasons {
    bool asked_by_us = false;
    bool asked_by_others = false;
    bool oom_killed = false;

    bool operator==(const reasons&) const = default;
  };

  acquaintance how = acquaintance::found_at_start;
  bool seen = false;  // inspected at least once
  std::string stop_signal;
  std::deque<run> runs;
  std::int64_t count = 0;  // of all runs so far: the number of the newest
  trace newest;
  engine::timestamp before = 0;  // when the run before the newest ended
  engine::timestamp history_until = 0;
  std::optional<reasons> last;  // nothing: no run has been told
  int restarts = 0;

  bool operator==(const run_ledger_state&) const = default;
};

class run_ledger {
 public:
  // Runs that are not told yet; more than so many can only come from an endless crash loop whose
  // output cannot be read. Then the oldest ended run but the current one is left out.
  static constexpr std::size_t runs_max = 256;

  explicit run_ledger(acquaintance how) { state_.how = how; }
  // Goes on where another was.
  explicit run_ledger(run_ledger_state state) : state_(std::move(state)) {}

  [[nodiscard]] const run_ledger_state& state() const { return state_; }

  void inspected(const engine::container_details& details);
  void happened(const engine::event& event);
  // The container is gone: whatever runs has ended.
  void removed();

  // We are about to stop it: the run that is to end, 0 if none is known; or could not after all,
  // also since it had ended by itself.
  std::int64_t stop_asked();
  void stop_refused(std::int64_t number);

  // The run to tell now, the oldest; nothing when there is none. Valid until the next call.
  [[nodiscard]] const run* current() const {
    return state_.runs.empty() ? nullptr : &state_.runs.front();
  }
  // The `run` pulse of the current run is told now: what it says of the start stays.
  void begin_told() { state_.runs.front().told_start = state_.runs.front().began(); }
  // All of the current run has been told.
  void told();

  // The current run is over, as an inspection or the next run shows, and its die event has not
  // come: only events tell who asked it to end, and the exit code of a run that another has
  // followed.
  [[nodiscard]] bool lacks_die_event() const;

  // Does a line of this time belong to a later run than the current one?
  [[nodiscard]] bool is_later(engine::timestamp line) const;

  // How often the container was started again after a run that nobody had asked to end, in our
  // time.
  [[nodiscard]] int restarts() const { return state_.restarts; }
  // Of the newest run, told or not: its asked_by_* and oom_killed; all false when none is known.
  [[nodiscard]] run newest_reasons() const;

  // When the last run before our time ended: its output ends there. 0: there was none.
  [[nodiscard]] engine::timestamp history_until() const { return state_.history_until; }

 private:
  enum class age { older, newest, later };  // than the newest run

  void started(engine::timestamp time);
  void died(const engine::event& die);
  [[nodiscard]] bool was_reset(const engine::container_details& details) const;
  void meet(const engine::container_details& details);
  void ended(const engine::container_details& details);
  void end_before(engine::timestamp start);
  void begin(run next);
  [[nodiscard]] age age_of(engine::timestamp start) const;
  [[nodiscard]] run* run_at(engine::timestamp time);
  [[nodiscard]] bool open() const { return !state_.runs.empty() && !state_.runs.back().end; }
  [[nodiscard]] bool ends_the_run(const engine::event& kill) const;

  run_ledger_state state_;
};

}  // namespace gantry::fleet
