// Follows one container: tells each of its runs, with every line, in order and once.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "executor/engine/container_streams.hpp"
#include "executor/engine/container_types.hpp"
#include "executor/engine/log_decoder.hpp"
#include "executor/engine/skipped_items.hpp"
#include "executor/fleet/damaged_log.hpp"
#include "executor/fleet/engine_gate.hpp"
#include "executor/fleet/log_patience.hpp"
#include "executor/fleet/output_history.hpp"
#include "executor/fleet/refusal_pace.hpp"
#include "executor/fleet/run_ledger.hpp"
#include "executor/fleet/target_output.hpp"
#include "executor/fleet/watch_state.hpp"
#include "myko/log.hpp"

namespace gantry::engine {
class client;
}

namespace gantry::fleet {

struct watch_services {
  boost::asio::any_io_executor executor;
  engine::client& engine;
  engine_gate& gate;
  log_sink log;
  std::size_t line_bytes_max;
  output_history history;
  // Of a slot's run, else empty: why it ended, in a word; it is told whenever it ended, asked or
  // not; and when all of that is told.
  std::function<std::string(const run& ended)> reason = {};
  std::function<void()> told = {};
};

// Events and inspections come in from the fleet; run() reads the log at its own pace.
class container_watch {
 public:
  container_watch(const watch_services& services, engine::container_summary container,
                  acquaintance how, std::shared_ptr<target_output> output);
  // Goes on where an earlier life of gantry was.
  container_watch(const watch_services& services, engine::container_summary container,
                  const watch_state& state, std::optional<engine::log_cursor> cursor,
                  std::shared_ptr<target_output> output);

  void happened(const engine::event& event);
  void inspected(const engine::container_details& details);
  // The engine's answers do not know it any more. Its events come a little later and may still tell
  // how the last run ended, so that waits for them, but not for long.
  void missing();
  // What it tells belongs to this target: another one than before, when it was renamed.
  void move_to(std::shared_ptr<target_output> output);
  // Another container is about to take its place: that one is the target now, and all that is left
  // to do here is to tell the last run to its end.
  void replaced() { replaced_ = true; }

  // As of run_ledger.
  std::int64_t stop_asked();
  void stop_refused(std::int64_t run);
  // Does it run, by the last inspection?
  [[nodiscard]] bool runs() const;
  // Of the emitters that tell how things are; nothing is sent when it is as before.
  void tell_condition(std::string_view emitter, json::text data);
  // Why the last action failed; empty: it did not.
  void set_error(std::string error);

  // Ends when the container is gone and its last run has been told.
  [[nodiscard]] net::awaitable<void> run();

 private:
  // How the reading of the log went on.
  enum class reading {
    ended,       // to its present end, in order
    later_run,   // a line of the next run has come
    broken,      // to be tried again
    cut,         // in a silence, as proxies do
    leaving,     // the same; the container is being removed
    unreadable,  // the container's log driver keeps nothing
    refused,     // it is not allowed, for now
    away,        // there is no way to the engine
    gone,        // there is no such container any more, it says
  };

  net::awaitable<void> tell_run();
  [[nodiscard]] std::string name_of_run() const;
  void tell_begin();
  void tell_end();
  void save();
  net::awaitable<void> take_turn();
  void leave_turn();
  net::awaitable<void> drained();
  net::awaitable<void> tell_lines();
  net::awaitable<bool> await_permission(bool over);
  net::awaitable<reading> read_log(bool follow);
  net::awaitable<reading> read_stream(engine::log_stream& stream, bool follow);
  net::awaitable<reading> follow_stream(engine::log_stream& stream);
  net::awaitable<result<std::string_view>> read_some(engine::log_stream& stream, bool follow,
                                                     bool has_begun);
  net::awaitable<bool> refresh();
  net::awaitable<void> wait_for_end();
  net::awaitable<void> wait_past_end();
  net::awaitable<void> wait_for_last_events();
  net::awaitable<result<void>> next_change();
  [[nodiscard]] engine::log_request next_request(bool follow) const;
  void begin_stream(const engine::log_stream& stream, const engine::log_request& request);
  [[nodiscard]] reading verdict(const failure& error);
  [[nodiscard]] reading broke_off(const failure& error);
  void went_on();
  bool deliver();
  void tell_skipped();
  void finish_lines();
  net::awaitable<void> find_history();
  [[nodiscard]] bool current_is_over() const;
  [[nodiscard]] bool lacks_events() const;
  [[nodiscard]] bool is_missing() const { return missing_ || not_found_; }
  void removed();
  void show_state();
  void say(log_level level, const std::string& what) const;
  void say_once(const std::string& what);

  watch_services services_;
  engine::container_summary container_;
  run_ledger ledger_;
  std::shared_ptr<target_output> output_;
  std::optional<engine::container_details> details_;
  std::string error_;
  bool removed_ = false;    // and its last events have come, or will not
  bool missing_ = false;    // from the list, which may be wrong
  bool not_found_ = false;  // there is no such container: for ever
  bool replaced_ = false;
  bool has_turn_ = false;  // at output_
  bool finished_ = false;  // all is told
  bool begun_ = false;     // the current run's beginning was told

  std::optional<engine::log_cursor> cursor_;    // of an earlier life
  std::optional<engine::log_decoder> decoder_;  // for the container's whole life
  std::deque<engine::log_line> lines_;          // read and not yet told
  engine::skipped_items skipped_;               // of its log
  refusal_pace refused_;                        // its log
  log_patience patience_;                       // the same
  damaged_log damage_;                          // the same
  std::uint64_t reads_ = 0;
  engine::timestamp opened_at_ = 0;  // what was printed before is not told; 0: all is
  std::optional<json::text> kept_last_json_;
  std::string said_;
  net::signal changed_;
};

}  // namespace gantry::fleet
