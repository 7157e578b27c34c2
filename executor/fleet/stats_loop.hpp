// Asks the engine how much of its machine containers use, round by round.
//
// One after the other, since engines before Docker 25 mix up samples that are asked for together,
// and a slow engine is not to be buried in requests. One that hangs holds up the round for a
// moment.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "executor/fleet/container_asker.hpp"
#include "executor/fleet/engine_gate.hpp"
#include "executor/fleet/refusal_pace.hpp"
#include "executor/fleet/stats_sampler.hpp"

namespace gantry::engine {
class client;
}

namespace gantry::fleet {

class stats_loop {
 public:
  struct hooks {
    // The containers that run, as path and id.
    std::function<std::vector<std::pair<std::string, std::string>>()> running;
    std::function<void(const std::string& id, json::text data)> tell;
    // The engine does not answer about it, though it does otherwise; and does again.
    std::function<void(const std::string& id)> hangs;
    std::function<void(const std::string& id)> answers_again;
  };

  stats_loop(const boost::asio::any_io_executor& executor, engine::client& engine,
             engine_gate& gate, net::task_group& tasks, stats_config config, hooks hooks);

  // The interval, from the end of the present round on.
  void set_every(std::chrono::milliseconds every);

  // Until cancelled; ends at once when no container is to be asked about.
  [[nodiscard]] net::awaitable<void> run();

 private:
  net::awaitable<void> round();
  net::awaitable<call_plan::outcome> ask(std::string id);
  net::awaitable<void> pause(std::chrono::steady_clock::time_point began);

  engine::client& engine_;
  engine_gate& gate_;
  net::task_group& tasks_;
  stats_sampler sampler_;
  hooks hooks_;
  container_asker asker_;
  std::set<std::string> asked_;     // in the present round, by id
  std::set<std::string> answered_;  // those that run
  bool is_refused_ = false;
  refusal_pace pace_;
  bool changed_ = false;
  boost::asio::steady_timer next_;
};

}  // namespace gantry::fleet
