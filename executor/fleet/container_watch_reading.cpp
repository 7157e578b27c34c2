// How a watch reads the log of its container.
#include <algorithm>
#include <boost/asio/error.hpp>
#include <chrono>
#include <iterator>
#include <vector>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "executor/fleet/container_watch.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using engine::line_ends;
using net::awaitable;

// A stored log comes without a pause once it has begun: a cursor that was not found by then is not
// in it.
constexpr auto search_max = 2'000ms;
// What is stored comes at once, but an engine may have to seek long for its begin.
constexpr auto stored_log_begin_max = 5min;
constexpr auto stored_log_max = 30s;
// A stream that nobody uses for so long may be cut by a proxy.
constexpr auto silent_after = 500ms;
// Between the last line of a run that is over and the end of its followed log.
constexpr auto silence_max = 2'000ms;
// The first lines of a run are stamped before its start event, by less than half of this.
constexpr engine::timestamp start_inexact_max = engine::nanos_per_second;

constexpr int http_not_implemented = 501;

// A proxy cuts what is silent.
bool is_cut(const failure& error, std::chrono::steady_clock::time_point heard) {
  return error.code == engine::errc::disconnected && net::now().steady - heard >= silent_after;
}

}  // namespace

awaitable<container_watch::reading> container_watch::read_log(bool follow) {
  co_await find_history();
  if (!decoder_) {
    decoder_.emplace(
        details_->tty, services_.line_bytes_max, cursor_,
        details_->log_driver == "local" ? line_ends::by_short_part : line_ends::by_newline);
  }
  const engine::log_request request = next_request(follow);
  auto opened = co_await services_.engine.logs(request);
  if (!opened) co_return verdict(opened.error());
  begin_stream(**opened, request);
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
  request.tail = 0;
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
    if (services_.history.extent != history_extent::all) out.tail = 0;
  } else if (ledger_.history_until() != 0) {
    const engine::timestamp began = ledger_.current()->began();
    engine::timestamp history = ledger_.history_until();
    // That was the end of this run, or of a later one: the first inspection came behind their
    // events.
    if (began != 0 && history >= began) history = began - start_inexact_max;
    out.since = history + std::max<engine::timestamp>(began - history, 0) / 2;
  }
  if (damage_.tail()) out.tail = damage_.tail();
  return out;
}

void container_watch::begin_stream(const engine::log_stream& stream,
                                   const engine::log_request& request) {
  decoder_->reopened();
  const bool from_now = request.tail == 0U;
  if (damage_.tail()) {
    std::vector<engine::log_line> rest;
    decoder_->reopened_behind_damage(from_now, rest);
    std::ranges::move(rest, std::back_inserter(lines_));
  }
  if (!from_now) return;
  opened_at_ = stream.opened_at();
  save();
}

awaitable<container_watch::reading> container_watch::read_stream(engine::log_stream& stream,
                                                                 bool follow) {
  const bool is_whole = !damage_.tail();
  auto heard = net::now().steady;
  for (bool any = false;; any = true) {
    const auto output = output_;  // it may be another after the wait
    co_await output->room();
    const auto bytes = co_await read_some(stream, follow, any);
    ++reads_;
    std::vector<engine::log_line> read;
    const bool lost_cursor = !bytes && any && decoder_->searching() &&
                             bytes.error().code == boost::system::errc::timed_out;
    const bool ended = bytes && bytes->empty();
    const engine::log_cursor before = decoder_->cursor();
    result<void> fed;
    if ((ended && !follow) || lost_cursor) {  // a followed log may end with much of it unsent
      decoder_->ended(read);
    } else if (bytes) {
      fed = decoder_->feed(*bytes, read);
      tell_skipped();
    }
    if (bytes) heard = net::now().steady;
    if (decoder_->cursor() != before) {
      went_on();
    }
    std::ranges::move(read, std::back_inserter(lines_));
    if (!deliver()) co_return reading::later_run;
    if (ended) co_return reading::ended;
    if (lost_cursor) {
      if (is_whole)
        say_once("its log was rotated while it was not read: lines may be missing or come twice");
      co_return reading::broken;
    }
    if (!bytes && follow && is_cut(bytes.error(), heard)) co_return reading::cut;
    // A stream that opens with the first read may be refused there.
    if (!bytes && bytes.error().code != engine::errc::disconnected) {
      co_return verdict(bytes.error());
    }
    if (!bytes) co_return broke_off(bytes.error());
    if (!fed) co_return broke_off(fed.error());
  }
}

// Of pieces that came again with another opening each is counted again.
void container_watch::tell_skipped() {
  const std::uint64_t told = skipped_.count(engine::item_kind::log_frame);
  skipped_.add(engine::item_kind::log_frame, decoder_->count().foreign - told,
               "it is no frame of a log as the engine's API has them");
}

// What is searched for may not be there any more; then what came is not held back for ever. But an
// engine may take its time to find where to begin. Of a log that is followed silence is normal.
awaitable<result<std::string_view>> container_watch::read_some(engine::log_stream& stream,
                                                               bool follow, bool has_begun) {
  const bool searches = decoder_->searching() && has_begun;
  if (follow && !searches) co_return co_await stream.read();
  std::chrono::milliseconds most = has_begun ? stored_log_max : stored_log_begin_max;
  if (searches) most = search_max;
  co_return co_await net::with_deadline(most, "a piece of the log", stream.read());
}

// Something came that had not come before, or there is no more.
void container_watch::went_on() {
  patience_.went_on();
  damage_.went_on();
}

// What the engine has stored may be damaged.
container_watch::reading container_watch::broke_off(const failure& error) {
  const reading out = verdict(error);
  if (out == reading::broken && damage_.broke_off(net::now().steady)) {
    say(log_level::warning,
        "an entry of its log cannot be read, as after a loss of power. It is read on behind that, "
        "and lines are missing. `docker logs` fails there, too, until the container is made again");
  }
  return out;
}

// Engines have been seen that do not end the followed log of a container that has.
awaitable<container_watch::reading> container_watch::follow_stream(engine::log_stream& stream) {
  std::optional<reading> how;
  const net::first_end end =
      co_await net::until_first(net::keep(read_stream(stream, true), how), wait_past_end());
  end.rethrow();
  if (end.which == 1) co_return reading::ended;
  co_return *how;
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
  if (error.code == engine::errc::not_allowed) return reading::refused;  // that is said of all
  // A proxy cuts what is silent; whether the engine is there is not to be told here.
  if (engine::is_away(error)) {
    say(log_level::debug, "reading its output: " + error.message);
    return error.code == engine::errc::disconnected ? reading::broken : reading::away;
  }
  if (error.code == engine::errc::conflict) {
    say(log_level::debug, "reading its output: " + error.message);
    return reading::leaving;
  }
  say_once("reading its output: " + error.message + "; trying again");
  return reading::broken;
}

}  // namespace gantry::fleet
