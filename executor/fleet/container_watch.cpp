#include "executor/fleet/container_watch.hpp"

#include <algorithm>
#include <boost/asio/experimental/parallel_group.hpp>
#include <chrono>
#include <iterator>
#include <utility>
#include <vector>

#include "executor/engine/error.hpp"
#include "executor/fleet/condition_pulses.hpp"
#include "executor/fleet/pulses.hpp"
#include "executor/fleet/target_paths.hpp"
#include "model/json_object.hpp"
#include "myko/net/clock.hpp"

namespace gantry::fleet {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using net::awaitable;

// Between two tries to read a log; doubled up to the longest.
constexpr std::chrono::milliseconds retry_first = 10ms;
constexpr std::chrono::milliseconds retry_max = 1'000ms;
// A log that cannot be read to its end after the run is given up after so many tries.
constexpr int last_reads_max = 5;
// A stored log comes at once: a cursor that was not found by then is not in it.
constexpr auto search_max = 2'000ms;
// Between the last line of a run that is over and the end of its followed log.
constexpr auto silence_max = 2'000ms;
// Between the answer that a container is not there and the events that tell how it ended: those of
// an engine come at once, also the missed ones that a new connection asks for.
constexpr auto last_events_max = 500ms;

constexpr int http_not_implemented = 501;

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

void container_watch::stop_asked() {
  ledger_.stop_asked();
  save();
}

void container_watch::stop_refused() {
  ledger_.stop_refused();
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
  error_ = std::move(error);
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

void container_watch::tell_begin() {
  if (std::exchange(begun_, true)) return;
  const fleet::run& begun = *ledger_.current();
  if (!begun.began_before_us) {
    output_->emit(emitter_names::run, run_data(begun, container_.id, container_.image));
  }
  save();
}

void container_watch::tell_end() {
  const fleet::run& ended = *ledger_.current();
  // Where its output was read from now on, which engines take by the second, what it had printed
  // before must not become that of the next run.
  if (ended.began_before_us && opened_at_ != 0)
    opened_at_ = std::max(opened_at_, ended.end->time + 1);
  json::text data = end_data(ended, output_->last_json());
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
  for (int last_reads = 0; last_reads < last_reads_max;) {
    if (!deliver()) co_return;
    const bool over = current_is_over();
    switch (co_await read_log(!over)) {
      case reading::later_run:
        co_return;
      case reading::gone:
        not_found_ = true;
        co_await wait_for_last_events();
        finish_lines();
        co_return;
      case reading::unreadable:
        co_await wait_for_end();
        co_return;
      case reading::ended:
        if (over) {
          finish_lines();
          co_return;
        }
        // Has the run ended, or was only the stream cut?
        co_await refresh();
        break;
      case reading::broken:
        if (over && services_.gate.is_open()) ++last_reads;
        co_await services_.gate.passage();
        co_await refresh();
        break;
    }
    if (over || !current_is_over()) {
      co_await net::sleep(pause);
      pause = longer(pause);
    }
  }
  say(log_level::error, "the end of its output cannot be read: lines may be missing");
  finish_lines();
}

bool container_watch::current_is_over() const { return ledger_.current()->end.has_value(); }

awaitable<void> container_watch::wait_for_end() {
  while (!current_is_over()) {
    co_await wait_for_last_events();
    if (!current_is_over()) co_await changed_.wait();
  }
}

// A run that another has followed has an end, and its die event has the exit code.
bool container_watch::lacks_events() const {
  if (removed_) return false;
  const fleet::run* const now = ledger_.current();
  return is_missing() || (now != nullptr && now->end && !now->end->exit_code);
}

// Those of a container that is missing, or of a run; else there is nothing to wait for.
awaitable<void> container_watch::wait_for_last_events() {
  auto until = net::now().steady;
  for (int opening = 0; lacks_events();) {
    co_await services_.gate.passage();
    const auto now = net::now().steady;
    if (std::exchange(opening, services_.gate.openings()) != services_.gate.openings()) {
      until = now + last_events_max;
    }
    if (now >= until) co_return is_missing() ? removed() : void();
    (void)co_await net::with_deadline(std::chrono::ceil<std::chrono::milliseconds>(until - now),
                                      "its last events", next_change());
  }
}

awaitable<result<void>> container_watch::next_change() {
  co_await changed_.wait();
  co_return result<void>();
}

// False when the next line belongs to a later run.
bool container_watch::deliver() {
  const bool any = !lines_.empty();
  while (!lines_.empty() && !ledger_.is_later(lines_.front().time)) {
    output_->line(lines_.front(), container_.id);
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

// ---- Reading --------------------------------------------------------------------------------

awaitable<container_watch::reading> container_watch::read_log(bool follow) {
  co_await find_history();
  const bool first = !decoder_;
  if (first) decoder_.emplace(details_->tty, services_.line_bytes_max, cursor_);
  const engine::log_request request = next_request(follow);
  auto opened = co_await services_.engine.logs(request);
  if (!opened) co_return verdict(opened.error());
  if (!first) decoder_->reopened();
  if (request.from_end) {
    opened_at_ = (*opened)->opened_at();
    save();
  }
  if (!follow) co_return co_await read_stream(**opened, false);
  // What the log tells from here on to its end is of the run that is there now. Without knowing
  // that, lines of a run that no event has told of yet would be taken for this one's. Of a
  // container that is gone already this stream is all that is left.
  const engine::timestamp run = (*opened)->run_started_at();
  const bool is_known = run != 0 && run == ledger_.current()->started_at;
  if (!is_known) {
    if (!co_await refresh()) co_return reading::broken;
  }
  co_return co_await follow_stream(**opened);
}

// How long before "now" is by the engine's clock, which tells it with each opening.
awaitable<void> container_watch::find_history() {
  const output_history& history = services_.history;
  if (history.extent != history_extent::recent) co_return;
  if (!ledger_.current()->began_before_us) co_return;
  if (decoder_ || cursor_ || opened_at_ != 0) co_return;
  // Not followed: Podman would only answer with the next line.
  engine::log_request request{.id = container_.id, .since = std::nullopt, .follow = false};
  request.from_end = true;
  const auto opened = co_await services_.engine.logs(request);
  if (!opened) co_return;                                // the next opening will tell
  const engine::timestamp now = (*opened)->opened_at();  // 0 where the engine does not tell
  opened_at_ = std::max<engine::timestamp>(now - std::chrono::nanoseconds(history.age).count(), 1);
  save();
}

// From where the reading was; else, of a container that ran before us, from now on; else from the
// gap between what was before our time and this run (the engine's times of starts and ends differ a
// little from its stamps of lines), or all.
engine::log_request container_watch::next_request(bool follow) const {
  engine::log_request out{.id = container_.id, .since = std::nullopt, .follow = follow};
  if (decoder_->since()) {
    out.since = decoder_->since();
  } else if (opened_at_ != 0) {
    out.since = opened_at_;
  } else if (ledger_.current()->began_before_us) {
    out.from_end = services_.history.extent != history_extent::all;
  } else if (ledger_.history_until() != 0) {
    const fleet::run& now = *ledger_.current();
    const engine::timestamp began = now.started_at != 0 ? now.started_at : now.noticed_at;
    const engine::timestamp history = ledger_.history_until();
    out.since = history + std::max<engine::timestamp>(began - history, 0) / 2;
  }
  return out;
}

awaitable<container_watch::reading> container_watch::read_stream(engine::log_stream& stream,
                                                                 bool follow) {
  for (bool any = false;; any = true) {
    const auto output = output_;  // it may be another after the wait
    co_await output->room();
    const auto bytes = co_await read_some(stream, any);
    ++reads_;
    std::vector<engine::log_line> read;
    const bool lost_cursor =
        !bytes && decoder_->searching() && bytes.error().code == boost::system::errc::timed_out;
    const bool ended = bytes && bytes->empty();
    result<void> fed;
    if ((ended && !follow) || lost_cursor) {  // a followed log may end with much of it unsent
      decoder_->ended(read);
    } else if (bytes) {
      fed = decoder_->feed(*bytes, read);
    }
    std::ranges::move(read, std::back_inserter(lines_));
    if (!deliver()) co_return reading::later_run;
    if (ended) co_return reading::ended;
    if (lost_cursor) {
      say_once("its log was rotated while it was not read: lines may be missing or come twice");
      co_return reading::broken;
    }
    if (!bytes) co_return verdict(bytes.error());
    if (!fed) co_return verdict(fed.error());
  }
}

// What is searched for may not be there any more; then what came is not held back for ever. But an
// engine may take its time to find where to begin.
awaitable<result<std::string_view>> container_watch::read_some(engine::log_stream& stream,
                                                               bool has_begun) {
  if (!decoder_->searching() || !has_begun) co_return co_await stream.read();
  co_return co_await net::with_deadline(search_max, "searching the log", stream.read());
}

// Engines have been seen that do not end the followed log of a container that has.
awaitable<container_watch::reading> container_watch::follow_stream(engine::log_stream& stream) {
  auto [order, read_error, how, wait_error] =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(services_.executor, read_stream(stream, true), asio::deferred),
          asio::co_spawn(services_.executor, wait_past_end(), asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (order[0] == 1 && !wait_error) co_return reading::ended;
  if (read_error) std::rethrow_exception(read_error);
  co_return how;
}

// Until the run is over and nothing has come for a while.
awaitable<void> container_watch::wait_past_end() {
  co_await wait_for_end();
  for (auto seen = reads_ - 1; seen != reads_;) {
    seen = reads_;
    co_await net::sleep(silence_max);
  }
}

container_watch::reading container_watch::verdict(const failure& error) {
  if (error.code == engine::errc::not_found) return reading::gone;
  if (error.code == boost::asio::error::operation_aborted) return reading::broken;  // at the end
  if (error.code == engine::make_status_code(http_not_implemented)) {
    say_once("its output cannot be read: " + error.message);
    return reading::unreadable;
  }
  say_once("reading its output: " + error.message + "; trying again");
  return reading::broken;
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
    const auto& code = details.error().code;
    co_return code != engine::errc::unreachable&& code != engine::errc::disconnected;
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
