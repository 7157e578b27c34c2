// Keeps up with what the engine says of its containers: connects, lists, hears events, inspects,
// and begins again when the engine went away. What it means is decided by whoever is told.
//
// A stream of events that was cut is opened again, and nobody hears of it unless that takes too
// long. Where events are not allowed the containers are listed often instead.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "executor/engine/container_streams.hpp"
#include "executor/engine/container_types.hpp"
#include "executor/engine/engine_types.hpp"
#include "executor/fleet/container_asker.hpp"
#include "executor/fleet/engine_gate.hpp"
#include "executor/fleet/keepalive.hpp"
#include "executor/fleet/link_limits.hpp"
#include "executor/fleet/refusal_pace.hpp"
#include "executor/fleet/refused_calls.hpp"
#include "myko/log.hpp"
#include "myko/net/signal.hpp"
#include "myko/session/backoff.hpp"

namespace gantry::engine {
class client;
}

namespace gantry::fleet {

// Called from within run(), one at a time.
struct engine_news {
  // Events from this time on are asked for, in ns since 1970; nothing: from now on.
  std::function<std::optional<engine::timestamp>()> since;
  // They will be heard from then on, by the engine's clock; 0: it does not tell.
  std::function<void(engine::timestamp opened_at)> begun;
  // A list of the containers. `told` are those that were seen to come and go while it was being
  // made: those that went are not in the list, those that came may not be.
  std::function<void(std::vector<engine::container_summary> all, std::set<std::string> came)>
      listed;
  // It was sought, and listed; the gate is open now.
  std::function<void(const engine::version_info& version)> answers;
  // The gate is closed; `was_there` if it had been open.
  std::function<void(const failure& reason, bool was_there)> lost;
  std::function<void(const engine::event& event)> event;
  std::function<void(const engine::container_details& details)> inspected;
  std::function<void(const std::string& id)> gone;  // to be inspected, and is not there
  // An inspection of this container hangs, while the engine answers otherwise; and it is over.
  std::function<void(const std::string& id)> hangs;
  std::function<void(const std::string& id)> answers_again;
  // Why we cannot reach it, for a lack of our own; empty: that is over.
  std::function<void(const std::string& lack)> lacks;
  // Of the engine itself, at each look; `error` when it did not tell.
  std::function<void(const engine::version_info& version,
                     const std::optional<engine::engine_info>& info, const std::string& error)>
      told_of_itself;
};

// Lifetime: outlives its run(), and `tasks`. Thread rule: one thread.
class engine_link {
 public:
  engine_link(boost::asio::any_io_executor executor, engine::client& engine, engine_gate& gate,
              net::task_group& tasks, link_limits limits, myko::backoff backoff, log_sink log,
              engine_news news);

  // Works until cancelled. The gate is open while the engine answers.
  [[nodiscard]] boost::asio::awaitable<void> run();

  // Each container is in the queue once.
  void inspect_soon(const std::string& id) { inspections_.ask_soon(id); }
  // For whoever hears that a container is there, or is not any more, while a list is being made.
  void is_there(const std::string& id, bool there);
  // Lists and inspects all, as it is done from time to time anyway; the number of containers that
  // there are. To be asked while the gate is open.
  boost::asio::awaitable<result<std::size_t>> look();
  // From the next wait on.
  void look_again_every(std::chrono::milliseconds interval) { limits_.look_again_every = interval; }

 private:
  // Nothing: the events are heard, or never were.
  using time_of_loss = std::optional<std::chrono::steady_clock::time_point>;

  // Each ends with why it cannot go on.
  boost::asio::awaitable<failure> stay();
  boost::asio::awaitable<failure> keep_listening();
  boost::asio::awaitable<failure> listen(time_of_loss unheard_since);
  [[nodiscard]] std::chrono::milliseconds time_to_reopen(time_of_loss unheard_since) const;
  boost::asio::awaitable<failure> read_events(engine::event_stream* events);
  boost::asio::awaitable<failure> keep_looking(bool at_once, bool instead_of_events);
  boost::asio::awaitable<failure> keep_asking_of_itself();
  boost::asio::awaitable<failure> watch();

  boost::asio::awaitable<void> wait_to_look(std::chrono::milliseconds every);
  boost::asio::awaitable<void> ping();
  boost::asio::awaitable<call_plan::outcome> inspect(std::string id);
  void take_unread(std::vector<engine::container_summary>& all, std::set<std::string>& came);
  void tell_of_calls();
  void say_once(const std::string& what);

  engine::client& engine_;
  engine_gate& gate_;
  net::task_group& tasks_;
  link_limits limits_;
  myko::backoff backoff_;
  log_sink log_;
  engine_news news_;

  engine::version_info version_;
  keepalive alive_;
  refused_calls refused_;
  refusal_pace list_refused_;
  refusal_pace events_refused_;
  std::set<std::string> uninspected_;  // ids of which that was said
  std::string lack_;
  container_asker inspections_;
  bool looking_ = false;
  net::signal looked_;
  net::signal ping_wanted_;
  bool is_ping_wanted_ = false;
  // While a list is being made: of which containers we were told since, and whether they are there.
  std::optional<std::map<std::string, bool>> told_meanwhile_;
  std::set<std::string> known_;  // containers: of the last list, and told since
  net::signal unread_;           // an event could not be read: what it told is looked up
  bool has_unread_ = false;
  std::chrono::steady_clock::time_point may_look_at_;  // for such an event
  std::string said_;
};

}  // namespace gantry::fleet
