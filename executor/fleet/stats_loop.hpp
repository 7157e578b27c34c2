// Asks the engine how much of its machine containers use, round by round.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "executor/fleet/engine_gate.hpp"
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
  };

  stats_loop(const boost::asio::any_io_executor& executor, engine::client& engine,
             engine_gate& gate, stats_config config, hooks hooks);

  // The interval, from the end of the present round on.
  void set_every(std::chrono::milliseconds every);

  // Until cancelled; ends at once when no container is to be asked about.
  [[nodiscard]] net::awaitable<void> run();

 private:
  net::awaitable<void> round();
  net::awaitable<void> pause(std::chrono::steady_clock::time_point began);

  engine::client& engine_;
  engine_gate& gate_;
  stats_sampler sampler_;
  hooks hooks_;
  bool changed_ = false;
  boost::asio::steady_timer next_;
};

}  // namespace gantry::fleet
