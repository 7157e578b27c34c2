// Actions of one target one after the other, actions of different targets side by side.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>

#include "myko/net/task_group.hpp"

namespace gantry::fleet {

class action_lanes {
 public:
  // Actions that wait for one target; more are refused.
  static constexpr std::size_t waiting_max = 32;

  using action = std::function<net::awaitable<void>()>;

  explicit action_lanes(net::task_group& tasks) : tasks_(tasks) {}

  // Runs it when those before it on this lane have ended. False: the lane is full.
  [[nodiscard]] bool enter(const std::string& lane, action next);

 private:
  net::awaitable<void> drive(std::string lane);

  net::task_group& tasks_;
  std::map<std::string, std::deque<action>> lanes_;  // of those that are being driven
};

}  // namespace gantry::fleet
