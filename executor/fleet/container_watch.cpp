#include "executor/fleet/container_watch.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>
#include <vector>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "executor/fleet/condition_pulses.hpp"
#include "executor/fleet/pulses.hpp"
#include "executor/fleet/target_paths.hpp"
#include "model/json_object.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using net::awaitable;

// Between two tries to read a log; doubled up to the longest.
constexpr std::chrono::milliseconds retry_first = 10ms;
constexpr std::chrono::milliseconds retry_max = 1'000ms;
// Before one that is not allowed to be read is tried again.
constexpr auto refused_log_again = 5min;
// Between the answer that a container is not there and the events that tell how it ended: those of
// an engine come at once, also the missed ones that a new connection asks for.
constexpr auto last_events_max = 500ms;
// An engine whose streams of events end as they begin is not waited for for ever.
constexpr int last_events_openings_max = 10;

std::chrono::milliseconds longer(std::chrono::milliseconds pause) {
  return std::min(2 * pause, retry_max);
}

}  // namespace

container_watch::container_watch(const watch_services& services,
                                 engine::container_summary container, acquaintance how,
                                 std::shared_ptr<target_output> output)
    : services_(services),
      container_(std::move(container)),
      ledger_(how),
      output_(std::move(output)),
      skipped_("the log of container " + container_.name, services.log),
      changed_(services.executor) {
  save();  // from now on it is known, whatever comes
}

container_watch::container_watch(const watch_services& services,
                                 engine::container_summary container, const watch_state& state,
                                 std::optional<engine::log_cursor> cursor,
                                 std::shared_ptr<target_output> output)
    : services_(services),
      container_(std::move(container)),
      ledger_(state.ledger),
      output_(std::move(output)),
      begun_(state.begun),
      cursor_(cursor),
      skipped_("the log of container " + container_.name, services.log),
      opened_at_(state.opened_at),
      kept_last_json_(state.last_json),
      changed_(services.executor) {}

// ---- What the fleet tells -------------------------------------------------------------------

void container_watch::happened(const engine::event& event) {
  ledger_.happened(event);
  if (event.action == "destroy") removed_ = true;
  save();
  changed_.notify();
}

void container_watch::inspected(const engine::container_details& details) {
  details_ = details;
  container_ = details.summary;
  ledger_.inspected(details);
  save();
  show_state();
  changed_.notify();
}

void container_watch::missing() {
  if (!std::exchange(missing_, true)) changed_.notify();
}

void container_watch::removed() {
  removed_ = true;
  ledger_.removed();
  save();
  changed_.notify();
}

std::int64_t container_watch::stop_asked() {
  const std::int64_t run = ledger_.stop_asked();
  save();
  return run;
}

void container_watch::stop_refused(std::int64_t run) {
  ledger_.stop_refused(run);
  save();
}

// What is kept of it goes with the pulses that it tells of, at the same time or later.
void container_watch::save() {
  if (finished_) return;
  const auto& last = has_turn_ ? output_->last_json() : kept_last_json_;
  output_->save(container_.id,
                to_json(watch_state{ledger_.state(), begun_, last, opened_at_}).bytes);
}

void container_watch::move_to(std::shared_ptr<target_output> output) {
  const bool was_replaced = std::exchange(replaced_, false);
  const bool was_missing = std::exchange(missing_, false);
  if (was_missing) changed_.notify();
  if (output == output_ && !was_replaced && !was_missing) return;
  if (output != output_) {
    output->adopt(*output_, container_.id);
    if (has_turn_) {
      output->take();
      output->continue_run(*output_, container_.id);
      output_->give_turn();
    }
  }
  output_ = std::move(output);
  save();
  show_state();
}

void container_watch::set_error(std::string error) {
  if (std::exchange(error_, std::move(error)) == error_) return;
  show_state();
}

void container_watch::show_state() {
  if (!details_) return;
  const fleet::run newest = ledger_.newest_reasons();
  tell_condition(emitter_names::state, state_data(*details_, {.error = error_,
                                                              .restarts = ledger_.restarts(),
                                                              .oom_killed = newest.oom_killed,
                                                              .asked_by = asked_by(newest)}));
  tell_condition(emitter_names::health, health_data(details_->health));
}

void container_watch::tell_condition(std::string_view emitter, json::text data) {
  if (!removed_ && !is_missing() && !replaced_) output_->set_condition(emitter, std::move(data));
}

bool container_watch::runs() const {
  return details_ && !removed_ && details_->summary.state == engine::container_state::running;
}

// ---- Telling --------------------------------------------------------------------------------

awaitable<void> container_watch::run() {
  while (true) {
    if (ledger_.current() != nullptr) {
      co_await tell_run();
    } else if (removed_) {
      finished_ = true;
      output_->forget(container_.id);
      co_return;
    } else if (is_missing()) {
      // They may tell of a run, and that comes before those of whoever takes its place.
      co_await take_turn();
      co_await wait_for_last_events();
      if (ledger_.current() == nullptr) leave_turn();
    } else {
      co_await changed_.wait();
    }
  }
}

awaitable<void> container_watch::tell_run() {
  co_await take_turn();
  output_->begin_run(std::exchange(kept_last_json_, std::nullopt));
  // The log can only be read by who knows whether it comes from a terminal.
  for (auto pause = retry_first; !details_ && !removed_; pause = longer(pause)) {
    if (!is_missing()) co_await refresh();
    co_await wait_for_last_events();
    if (!details_ && !removed_) co_await net::sleep(pause);
  }
  tell_begin();
  if (details_) co_await tell_lines();
  co_await drained();
  co_await wait_for_last_events();
  tell_end();
}

// Of the current run; that of a slot has another, and its output knows it.
std::string container_watch::name_of_run() const {
  return services_.reason ? "" : run_name(container_.id, *ledger_.current());
}

void container_watch::tell_begin() {
  if (std::exchange(begun_, true)) return;
  const fleet::run& begun = *ledger_.current();
  if (!begun.began_before_us) {
    ledger_.begin_told();
    output_->emit(emitter_names::run,
                  run_data(begun, container_.id, container_.image, name_of_run()));
  }
  save();
}

void container_watch::tell_end() {
  const fleet::run& ended = *ledger_.current();
  // Where its output was read from now on, which engines take by the second, what it had printed
  // before must not become that of the next run.
  if (ended.began_before_us && opened_at_ != 0)
    opened_at_ = std::max(opened_at_, ended.end->time + 1);
  json::text data = end_data(ended, output_->last_json(), name_of_run());
  if (services_.reason) {
    data = json::with_member(data, "reason", {json::quoted(services_.reason(ended))});
    if (ended.asked_to_stop()) output_->emit(emitter_names::stop, data);
    output_->emit(emitter_names::finish, std::move(data));
  } else {
    output_->emit(ended.asked_to_stop() ? emitter_names::stop : emitter_names::finish,
                  std::move(data));
  }
  output_->begin_run();
  ledger_.told();
  begun_ = false;
  save();
  if (ledger_.current() != nullptr) return;  // nobody else is to tell in between
  leave_turn();
  if (services_.told) services_.told();
}

// While one waits at an output, the container may be renamed and so get another.
awaitable<void> container_watch::take_turn() {
  while (!has_turn_) {
    const auto output = output_;
    co_await output->take_turn();
    has_turn_ = output == output_;
    if (!has_turn_) output->give_turn();
  }
}

void container_watch::leave_turn() {
  if (std::exchange(has_turn_, false)) output_->give_turn();
}

awaitable<void> container_watch::drained() {
  for (std::shared_ptr<target_output> last; last != output_;) {
    last = output_;
    co_await last->drained();
  }
}

awaitable<void> container_watch::tell_lines() {
  auto pause = retry_first;
  for (patience_.begin_run(); !patience_.is_over();) {
    if (!deliver()) co_return;
    const bool over = current_is_over();
    const auto tail = damage_.tail();
    const reading how = co_await read_log(!over);
    // On the way behind a damaged place, which is found before much more is printed.
    const bool is_step = damage_.tail() && damage_.tail() != tail;
    if (how != reading::refused && how != reading::away) refused_.over();
    switch (how) {
      case reading::later_run:
        co_return;
      case reading::unreadable:
        co_await wait_for_end();
        co_return;
      case reading::ended:
        went_on();
        if (over) {
          finish_lines();
          co_return;
        }
        break;  // has the run ended, or was only the stream cut?
      case reading::refused:
        if (!co_await await_permission(over)) co_return;
        break;
      case reading::cut:
        went_on();  // what is stored had been read to its end
        break;
      case reading::broken:
      case reading::leaving:
      case reading::gone:
        patience_.failed(net::now().steady, over && !is_step && services_.gate.is_heard(),
                         how == reading::leaving);
        break;
      case reading::away:
        break;
    }
    if (how != reading::ended && how != reading::refused) co_await services_.gate.passage();
    if (how != reading::refused) co_await refresh();
    if (how == reading::gone && is_missing()) {
      co_await wait_for_last_events();
      finish_lines();
      co_return;
    }
    if (!is_step && (over || !current_is_over())) {
      co_await net::sleep(pause);
      pause = longer(pause);
    }
  }
  say(log_level::error, "the end of its output cannot be read: lines may be missing");
  finish_lines();
}

// To read the log. False: it did not come, and the run is over.
awaitable<bool> container_watch::await_permission(bool over) {
  const auto now = net::now().steady;
  const auto again = refused_.next(now, refused_log_again);
  if (over && refused_.lasted(now) >= log_patience::end_waits_max) co_return false;
  if (over) {
    co_await net::sleep(again);
  } else {
    (void)co_await net::until_first(wait_for_end(), net::sleep(again));
  }
  co_return true;
}

bool container_watch::current_is_over() const { return ledger_.current()->end.has_value(); }

awaitable<void> container_watch::wait_for_end() {
  while (!current_is_over()) {
    co_await wait_for_last_events();
    if (!current_is_over()) co_await changed_.wait();
  }
}

bool container_watch::lacks_events() const {
  return !removed_ && (is_missing() || ledger_.lacks_die_event());
}

// Those of a container that is missing, or of a run; else there is nothing to wait for.
awaitable<void> container_watch::wait_for_last_events() {
  auto until = net::now().steady;
  int openings = 0;
  for (int opening = 0; lacks_events();) {
    co_await services_.gate.passage();
    const auto now = net::now().steady;
    const int before = std::exchange(opening, services_.gate.openings());
    if (before != opening && ++openings <= last_events_openings_max) until = now + last_events_max;
    if (now >= until) break;
    (void)co_await net::with_deadline(std::chrono::ceil<std::chrono::milliseconds>(until - now),
                                      "its last events", next_change());
  }
  if (is_missing() && !removed_) removed();
}

awaitable<result<void>> container_watch::next_change() {
  co_await changed_.wait();
  co_return result<void>();
}

// False when the next line belongs to a later run.
bool container_watch::deliver() {
  const bool any = !lines_.empty();
  const std::string run = name_of_run();
  while (!lines_.empty() && !ledger_.is_later(lines_.front().time)) {
    output_->line(lines_.front(), container_.id, run);
    lines_.pop_front();
  }
  if (any && output_->last_json()) save();  // with the place behind its line, or before that
  return lines_.empty();
}

void container_watch::finish_lines() {
  if (!decoder_) return;
  std::vector<engine::log_line> rest;
  decoder_->finish(rest);
  std::ranges::move(rest, std::back_inserter(lines_));
  (void)deliver();
}

// False: the engine could not be asked.
awaitable<bool> container_watch::refresh() {
  const auto details = co_await services_.engine.inspect(container_.id);
  if (details) {
    inspected(*details);
  } else if (details.error().code == engine::errc::not_found) {
    not_found_ = true;
  } else {
    co_await services_.gate.passage();
    co_return !engine::is_away(details.error());
  }
  co_return true;
}

void container_watch::say(log_level level, const std::string& what) const {
  services_.log(level, "container " + container_.name + ": " + what);
}

// The same trouble again and again is one log line.
void container_watch::say_once(const std::string& what) {
  say(said_ == what ? log_level::debug : log_level::warning, what);
  said_ = what;
}

}  // namespace gantry::fleet
