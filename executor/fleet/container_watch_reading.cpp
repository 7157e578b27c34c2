// How a watch reads the log of its container.
#include <algorithm>
#include <boost/asio/error.hpp>
#include <chrono>
#include <iterator>
#include <vector>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "executor/fleet/container_watch.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using engine::line_ends;
using net::awaitable;

// A stored log comes without a pause once it has begun: a cursor that was not found by then is not
// in it.
constexpr auto search_max = 2'000ms;
// Between the last line of a run that is over and the end of its followed log.
constexpr auto silence_max = 2'000ms;
// The first lines of a run are stamped before its start event, by less than half of this.
constexpr engine::timestamp start_inexact_max = engine::nanos_per_second;

constexpr int http_not_implemented = 501;

}  // namespace

awaitable<container_watch::reading> container_watch::read_log(bool follow) {
  co_await find_history();
  const bool first = !decoder_;
  if (first) {
    decoder_.emplace(
        details_->tty, services_.line_bytes_max, cursor_,
        details_->log_driver == "local" ? line_ends::by_short_part : line_ends::by_newline);
  }
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
    const engine::timestamp began = ledger_.current()->began();
    engine::timestamp history = ledger_.history_until();
    // That was the end of this run, or of a later one: the first inspection came behind their
    // events.
    if (began != 0 && history >= began) history = began - start_inexact_max;
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
    if (bytes && !ended) unread_.over();
    result<void> fed;
    if ((ended && !follow) || lost_cursor) {  // a followed log may end with much of it unsent
      decoder_->ended(read);
    } else if (bytes) {
      fed = decoder_->feed(*bytes, read);
      tell_skipped();
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

// Of pieces that came again with another opening each is counted again.
void container_watch::tell_skipped() {
  const std::uint64_t told = skipped_.count(engine::item_kind::log_frame);
  skipped_.add(engine::item_kind::log_frame, decoder_->count().foreign - told,
               "it is no frame of a log as the engine's API has them");
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
