#include "myko/session/heartbeat.hpp"

#include <algorithm>

namespace gantry::myko {

void heartbeat::connected(time_point now) {
  if (given_up_mute_) mute_after_ = std::min(2 * mute_after_, config_.mute_after_max);
  last_read_ = last_ping_ = now;
  spoke_ = answers_ = asked_ = given_up_mute_ = false;
}

void heartbeat::heard(time_point now) {
  last_read_ = now;
  spoke_ = true;
  asked_ = false;
}

void heartbeat::answered() {
  answers_ = true;
  mute_after_ = config_.mute_after;
}

heartbeat::advice heartbeat::tick(time_point now) {
  if (const auto end = dead_at(); end && now >= *end) {
    given_up_mute_ = mute();
    return advice::give_up;
  }
  if (now < std::max(last_read_, last_ping_) + config_.ping_after) return advice::none;
  last_ping_ = now;
  asked_ = true;
  return advice::ask;
}

heartbeat::time_point heartbeat::next_deadline() const {
  const time_point ask = std::max(last_read_, last_ping_) + config_.ping_after;
  return std::min(ask, dead_at().value_or(ask));
}

std::optional<heartbeat::time_point> heartbeat::dead_at() const {
  if (!mute()) return last_read_ + config_.dead_after;
  if (!asked_) return std::nullopt;
  return last_read_ + mute_after_;
}

}  // namespace gantry::myko
