#include "executor/fleet/engine_link.hpp"

#include <algorithm>
#include <utility>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::fleet {

namespace asio = boost::asio;
using engine::errc;
using net::awaitable;

namespace {

using namespace std::chrono_literals;

// Events that cannot be read may come in bursts: one look answers for all that came so far.
constexpr std::chrono::milliseconds burst_wait = 100ms;
constexpr std::chrono::milliseconds looks_apart = 2'000ms;

std::string in_seconds(std::chrono::milliseconds time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count()) + " s";
}

// That a list is being made, until it is or is given up.
class looking {
 public:
  looking(bool& is, net::signal& ended) : is_(is), ended_(ended) { is_ = true; }
  ~looking() {
    is_ = false;
    ended_.notify();
  }
  looking(const looking&) = delete;
  looking& operator=(const looking&) = delete;

 private:
  bool& is_;
  net::signal& ended_;
};

}  // namespace

engine_link::engine_link(asio::any_io_executor executor, engine::client& engine, engine_gate& gate,
                         net::task_group& tasks, link_limits limits, myko::backoff backoff,
                         log_sink log, engine_news news)
    : engine_(engine),
      gate_(gate),
      tasks_(tasks),
      limits_(limits),
      backoff_(std::move(backoff)),
      log_(std::move(log)),
      news_(std::move(news)),
      alive_(limits.alive),
      inspections_(executor, gate, limits.inspections, tasks,
                   {.ask = [this](std::string id) { return inspect(std::move(id)); },
                    .last_byte = [this] { return engine_.seen().last_byte; },
                    .hangs = [this](const std::string& id) { news_.hangs(id); },
                    .answers_again = [this](const std::string& id) { news_.answers_again(id); }}),
      looked_(executor),
      ping_wanted_(executor),
      unread_(executor) {}

awaitable<void> engine_link::run() {
  tasks_.spawn(inspections_.run());
  while (true) {
    const failure reason = co_await stay();
    co_await net::end_if_cancelled();
    const bool was_there = gate_.is_open();
    gate_.close();
    inspections_.start_over();
    tell_of_calls();
    news_.lost(reason, was_there);
    const bool refused = reason.code == errc::not_allowed;
    co_await net::sleep(refused ? list_refused_.next(net::now().steady, limits_.refused_list_again)
                                : backoff_.next());
  }
}

// As long as the engine is there.
awaitable<failure> engine_link::stay() {
  const auto version = co_await engine_.negotiate();
  if (!version) co_return version.error();
  version_ = *version;
  alive_.start(net::now().steady);
  std::optional<failure> end;
  const net::first_end first =
      co_await net::until_first(net::keep(keep_listening(), end), net::keep(watch(), end), ping());
  first.rethrow();
  co_return *end;
}

// Opens what was cut again: at once, and then for as long as that may take.
awaitable<failure> engine_link::keep_listening() {
  for (time_of_loss unheard_since;;) {
    const auto began = net::now().steady;
    const failure why = co_await listen(unheard_since);
    co_await net::end_if_cancelled();
    const auto now = net::now().steady;
    if (!gate_.is_open() || why.code == errc::not_allowed) co_return why;
    const bool was_heard = gate_.is_heard();
    gate_.pause();
    if (was_heard) {
      backoff_.worked_for(now - began);
      unheard_since = now;
      log_(log_level::debug, "the engine's events are asked for again: " + why.message);
      if (now - began >= limits_.brief_stream) continue;
    } else if (why.code != errc::exhausted && now - *unheard_since >= limits_.unheard_max) {
      co_return why;
    }
    co_await net::sleep(backoff_.next());
    auto asking = engine_.negotiate();  // it may come back as another one
    const auto version = co_await net::with_deadline(time_to_reopen(unheard_since),
                                                     "asking what it is", std::move(asking));
    if (version) version_ = *version;
  }
}

// A try to hear an engine again that is taken to be there takes no longer than that may be.
std::chrono::milliseconds engine_link::time_to_reopen(time_of_loss unheard_since) const {
  const auto been = unheard_since ? net::now().steady - *unheard_since : std::chrono::nanoseconds();
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(limits_.unheard_max - been);
  return std::max(left, limits_.reopening_min);
}

awaitable<failure> engine_link::listen(time_of_loss unheard_since) {
  // Events first, then the list: what happens in between is not missed.
  auto opening = engine_.events(news_.since());
  if (gate_.is_open()) {
    opening = net::with_deadline(time_to_reopen(unheard_since), "asking for its events",
                                 std::move(opening));
  }
  auto events = co_await std::move(opening);
  const bool is_told = events.has_value();
  if (!is_told && events.error().code != errc::not_allowed) co_return events.error();
  if (is_told) {
    events_refused_.over();
    news_.begun((*events)->opened_at());
  }
  const bool was_there = gate_.is_open();
  if (!was_there || !is_told) {
    const auto listed = co_await look();
    if (!listed) co_return listed.error();
  }
  gate_.open();
  if (!was_there) news_.answers(version_);

  std::optional<failure> end;
  const net::first_end first =
      co_await net::until_first(net::keep(read_events(is_told ? events->get() : nullptr), end),
                                net::keep(keep_looking(was_there && is_told, !is_told), end),
                                net::keep(keep_asking_of_itself(), end));
  first.rethrow();
  co_return *end;
}

void engine_link::is_there(const std::string& id, bool there) {
  if (told_meanwhile_) told_meanwhile_->insert_or_assign(id, there);
  if (there) {
    known_.insert(id);
  } else {
    uninspected_.erase(id);
    known_.erase(id);
  }
}

// One at a time: what is told while a list is being made belongs to that one.
awaitable<result<std::size_t>> engine_link::look() {
  while (looking_) co_await looked_.wait();
  const looking mark(looking_, looked_);
  told_meanwhile_.emplace();
  auto all = co_await engine_.list();
  co_await net::end_if_cancelled();
  const auto told = *std::exchange(told_meanwhile_, std::nullopt);
  if (!all) co_return all.error();
  list_refused_.over();
  const std::size_t count = all->size();
  std::set<std::string> came;
  for (const auto& [id, there] : told) {
    if (there) came.insert(id);
  }
  take_unread(*all, came);
  std::erase_if(*all,
                [&](const auto& each) { return told.contains(each.id) && !told.at(each.id); });
  news_.listed(std::move(*all), std::move(came));
  co_return count;
}

// Whose entry could not be read is there all the same, and is inspected. Without even an id it may
// be any that was there before.
void engine_link::take_unread(std::vector<engine::container_summary>& all,
                              std::set<std::string>& came) {
  bool is_any = false;
  for (const engine::container_summary& each : all) {
    if (!each.is_unread) continue;
    if (each.id.empty()) is_any = true;
    if (!each.id.empty()) came.insert(each.id);
  }
  std::erase_if(all, [](const auto& each) { return each.is_unread; });
  if (is_any) came.insert(known_.begin(), known_.end());
  known_ = came;
  for (const engine::container_summary& each : all) known_.insert(each.id);
}

// Without a stream, until it is worth another try to open one.
awaitable<failure> engine_link::read_events(engine::event_stream* events) {
  if (events == nullptr) {
    co_await net::sleep(events_refused_.next(net::now().steady, limits_.refused_again));
    co_return engine::fault(errc::disconnected, "they were not allowed for a while");
  }
  while (true) {
    const auto next = co_await events->next();
    if (!next) co_return next.error();
    if (!*next) {
      co_return engine::fault(errc::disconnected, "the engine ended its stream of events");
    }
    if ((*next)->is_unread) {
      has_unread_ = true;
      unread_.notify();
    }
    news_.event(**next);
  }
}

// What fails while the events are heard ends nothing: whether the engine is there, they show.
awaitable<failure> engine_link::keep_looking(bool at_once, bool instead_of_events) {
  while (true) {
    const auto every = limits_.look_again_every;
    if (!at_once) {
      co_await wait_to_look(instead_of_events ? std::min(every, limits_.list_every) : every);
    }
    at_once = false;
    const auto listed = co_await look();
    if (listed) continue;
    co_await net::end_if_cancelled();
    if (instead_of_events || listed.error().code == errc::not_allowed) co_return listed.error();
    say_once("containers are not looked at again as usual: " + listed.error().message);
  }
}

// For the usual time; or for what tells, with the list and the inspections behind it, what an event
// was that could not be read.
awaitable<void> engine_link::wait_to_look(std::chrono::milliseconds every) {
  const auto due = net::now().steady + every;
  while (!has_unread_ && net::now().steady < due) {
    auto told = unread_.wait();
    auto time = net::sleep(std::chrono::ceil<std::chrono::milliseconds>(due - net::now().steady));
    const net::first_end first = co_await net::until_first(std::move(told), std::move(time));
    first.rethrow();
  }
  if (!has_unread_) co_return;
  co_await net::sleep(burst_wait);
  const auto rest = may_look_at_ - net::now().steady;
  if (rest.count() > 0) co_await net::sleep(std::chrono::ceil<std::chrono::milliseconds>(rest));
  may_look_at_ = net::now().steady + looks_apart;
  has_unread_ = false;
}

awaitable<failure> engine_link::keep_asking_of_itself() {
  for (refusal_pace pace;;) {
    const auto info = co_await engine_.info();
    co_await net::end_if_cancelled();
    if (info) {
      news_.told_of_itself(version_, *info, "");
    } else {
      news_.told_of_itself(version_, std::nullopt, info.error().message);
    }
    const bool refused = !info && info.error().code == errc::not_allowed;
    if (!refused) pace.over();
    co_await net::sleep(refused ? pace.next(net::now().steady, limits_.refused_again)
                                : limits_.look_again_every);
  }
}

awaitable<call_plan::outcome> engine_link::inspect(std::string id) {
  using outcome = call_plan::outcome;
  const auto details = co_await engine_.inspect(id);
  co_await net::end_if_cancelled();
  if (details) {
    uninspected_.erase(id);
    news_.inspected(*details);
    co_return outcome::answered;
  }
  const failure& why = details.error();
  if (why.code == errc::timed_out) co_return outcome::hung;
  if (why.code == errc::not_found) {
    uninspected_.erase(id);
    news_.gone(id);
    co_return outcome::answered;
  }
  // Also an answer that cannot be read: nobody else says what the container does.
  if (!engine::is_away(why) && why.code != errc::not_allowed && uninspected_.insert(id).second) {
    log_(log_level::warning, "inspecting container " + id.substr(0, 12) + ": " + why.message);
  }
  co_return outcome::failed;
}

// ---- Signs of life --------------------------------------------------------------------------

awaitable<failure> engine_link::watch() {
  while (true) {
    tell_of_calls();
    switch (alive_.look(net::now().steady, engine_.seen().last_byte)) {
      case keepalive::verdict::nothing:
        break;
      case keepalive::verdict::ping:
        is_ping_wanted_ = true;
        ping_wanted_.notify();
        break;
      case keepalive::verdict::away:
        co_return engine::fault(
            errc::timed_out,
            "it said nothing for " + in_seconds(limits_.alive.away_after) + ", not even to a ping");
    }
    co_await net::sleep(alive_.pause());
  }
}

awaitable<void> engine_link::ping() {
  is_ping_wanted_ = false;
  while (true) {
    while (!std::exchange(is_ping_wanted_, false)) co_await ping_wanted_.wait();
    const auto pong = co_await engine_.ping();
    co_await net::end_if_cancelled();
    alive_.pinged(pong || pong.error().code != errc::exhausted);
  }
}

void engine_link::tell_of_calls() {
  const engine::traffic& seen = engine_.seen();
  for (const std::string& each : refused_.news(seen.not_allowed)) log_(log_level::warning, each);
  const std::string lack = seen.lack.value_or("");
  if (std::exchange(lack_, lack) != lack) news_.lacks(lack);
}

// The same trouble again and again is one line.
void engine_link::say_once(const std::string& what) {
  log_(said_ == what ? log_level::debug : log_level::warning, what);
  said_ = what;
}

}  // namespace gantry::fleet
