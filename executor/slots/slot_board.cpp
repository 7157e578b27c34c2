#include "executor/slots/slot_board.hpp"

#include <algorithm>

namespace gantry::slots {

admission slot_board::admit(const std::string& run) {
  if (!is_full() && waiting_.empty()) {
    running_.push_back(run);
    return {};
  }
  if (limits_.when_full == when_full::replace) return replace(run);
  const std::size_t room = limits_.when_full == when_full::queue ? limits_.queue_max : 0;
  if (waiting_.size() >= room) return {.what = admission::verdict::reject};
  waiting_.push_back(run);
  return {.what = admission::verdict::wait, .position = waiting_.size()};
}

// The newest counts: as many may wait as are being stopped for them, and the oldest give way. One
// that is being stopped may be for nobody any more: who waited for it has given up, or got the
// place of another that ended by itself.
admission slot_board::replace(const std::string& run) {
  admission out{.what = admission::verdict::wait};
  if (making_room_ > waiting_.size()) {
    // A place is on its way.
  } else if (making_room_ < running_.size()) {
    out.stop = running_[making_room_++];
  } else {
    out.superseded = waiting_.front();
    waiting_.pop_front();
  }
  waiting_.push_back(run);
  out.position = waiting_.size();
  return out;
}

std::vector<std::string> slot_board::ended(const std::string& run) {
  const auto found = std::ranges::find(running_, run);
  if (found != running_.end()) {
    const auto at = static_cast<std::size_t>(found - running_.begin());
    if (at < making_room_) --making_room_;
    running_.erase(found);
  }
  return startable();
}

std::vector<std::string> slot_board::startable() {
  std::vector<std::string> out;
  while (!is_full() && !waiting_.empty()) {
    out.push_back(waiting_.front());
    running_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return out;
}

bool slot_board::give_up(const std::string& run) {
  const auto found = std::ranges::find(waiting_, run);
  if (found == waiting_.end()) return false;
  waiting_.erase(found);
  return true;
}

}  // namespace gantry::slots
