#include "executor/fleet/action_lanes.hpp"

#include <utility>

namespace gantry::fleet {

bool action_lanes::enter(const std::string& lane, action next) {
  const auto [found, is_new] = lanes_.try_emplace(lane);
  if (found->second.size() >= waiting_max) return false;
  found->second.push_back(std::move(next));
  if (is_new) tasks_.spawn(drive(lane));
  return true;
}

net::awaitable<void> action_lanes::drive(std::string lane) {
  while (!lanes_.at(lane).empty()) {
    const action next = std::move(lanes_.at(lane).front());
    lanes_.at(lane).pop_front();
    co_await next();
  }
  lanes_.erase(lane);
}

}  // namespace gantry::fleet
