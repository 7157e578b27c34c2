#include "executor/fleet/engine_link.hpp"

#include <algorithm>
#include <utility>

#include "executor/engine/client.hpp"
#include "executor/engine/error.hpp"
#include "myko/net/clock.hpp"
#include "myko/net/deadline.hpp"

namespace gantry::fleet {

namespace asio = boost::asio;
using net::awaitable;

namespace {

using namespace std::chrono_literals;

// Events that cannot be read may come in bursts: one look answers for all that came so far.
constexpr std::chrono::milliseconds burst_wait = 100ms;
constexpr std::chrono::milliseconds looks_apart = 2'000ms;

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
                         std::chrono::milliseconds look_again_every, myko::backoff backoff,
                         log_sink log, engine_news news)
    : engine_(engine),
      gate_(gate),
      look_again_every_(look_again_every),
      backoff_(std::move(backoff)),
      log_(std::move(log)),
      news_(std::move(news)),
      looked_(executor),
      unread_(executor),
      to_inspect_changed_(executor) {}

awaitable<void> engine_link::run() {
  while (true) {
    const auto since = net::now().steady;
    const failure reason = co_await serve();
    co_await net::end_if_cancelled();
    const bool was_there = gate_.is_open();
    gate_.close();
    if (was_there) backoff_.worked_for(net::now().steady - since);
    news_.lost(reason, was_there);
    co_await net::sleep(backoff_.next());
  }
}

void engine_link::inspect_soon(const std::string& id) {
  if (!queued_.insert(id).second) return;
  to_inspect_.push_back(id);
  to_inspect_changed_.notify();
}

void engine_link::is_there(const std::string& id, bool there) {
  if (told_meanwhile_) told_meanwhile_->insert_or_assign(id, there);
  if (there) {
    known_.insert(id);
  } else {
    known_.erase(id);
  }
}

awaitable<failure> engine_link::serve() {
  const auto version = co_await engine_.negotiate();
  if (!version) co_return version.error();
  // Events first, then the list: what happens in between is not missed.
  auto events = co_await engine_.events(news_.since());
  if (!events) co_return events.error();
  news_.begun((*events)->opened_at());
  const auto listed = co_await look();
  if (!listed) co_return listed.error();
  version_ = *version;
  gate_.open();
  news_.answers(version_);

  std::optional<failure> end;
  const net::first_end first =
      co_await net::until_first(net::keep(read_events(**events), end),
                                net::keep(inspect_all(), end), net::keep(keep_looking(), end));
  first.rethrow();
  co_return *end;
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

awaitable<failure> engine_link::read_events(engine::event_stream& events) {
  while (true) {
    const auto next = co_await events.next();
    if (!next) co_return next.error();
    if (!*next) {
      co_return engine::fault(engine::errc::disconnected, "the engine ended its stream of events");
    }
    if ((*next)->is_unread) {
      has_unread_ = true;
      unread_.notify();
    }
    news_.event(**next);
  }
}

awaitable<failure> engine_link::inspect_all() {
  while (true) {
    if (to_inspect_.empty()) {
      co_await to_inspect_changed_.wait();
      continue;
    }
    const std::string id = to_inspect_.front();
    to_inspect_.pop_front();
    queued_.erase(id);
    const auto details = co_await engine_.inspect(id);
    if (details) {
      news_.inspected(*details);
    } else if (details.error().code == engine::errc::not_found) {
      news_.gone(id);
    } else if (engine::is_away(details.error())) {
      co_return details.error();
    } else {
      log_(log_level::warning,
           "inspecting container " + id.substr(0, 12) + ": " + details.error().message);
    }
  }
}

awaitable<failure> engine_link::keep_looking() {
  while (true) {
    co_await ask_of_itself();
    co_await wait_to_look();
    const auto listed = co_await look();
    if (!listed) co_return listed.error();
  }
}

// For the usual time; or for what tells, with the list and the inspections behind it, what an event
// was that could not be read.
awaitable<void> engine_link::wait_to_look() {
  const auto due = net::now().steady + look_again_every_;
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

awaitable<void> engine_link::ask_of_itself() {
  const auto info = co_await engine_.info();
  co_await net::end_if_cancelled();
  if (!gate_.is_open()) co_return;
  if (info) {
    news_.told_of_itself(version_, *info, "");
  } else {
    news_.told_of_itself(version_, std::nullopt, info.error().message);
  }
}

}  // namespace gantry::fleet
