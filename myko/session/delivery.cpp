#include "myko/session/delivery.hpp"

#include <algorithm>
#include <utility>

namespace gantry::myko {

delivery::delivery(const delivery_config& config, acknowledge_handler on_acknowledged)
    : config_(config), on_acknowledged_(std::move(on_acknowledged)) {}

void delivery::reset() {
  echo_ = echo::unknown;
  barriers_.clear();
  in_flight_.clear();
  in_flight_bytes_ = 0;
  arrived_ = 0;
  ponged_.reset();
  written_ = 0;
}

void delivery::expect_no_echo() {
  if (echo_ != echo::unknown) return;
  echo_ = echo::missing;
  barriers_.clear();
  acknowledge_written();
}

void delivery::sent(std::uint64_t frame, std::size_t bytes) {
  in_flight_.push_back({frame, bytes});
  in_flight_bytes_ += bytes;
}

bool delivery::wants_barrier() const {
  if (echo_ == echo::missing || in_flight_.empty()) return false;
  return barriers_.empty() || barriers_.back().pulses == arrived_;  // none is behind a pulse
}

void delivery::barrier_sent(std::string id, time_point now) {
  barriers_.push_back({std::move(id), arrived_ + in_flight_.size(), now});
}

void delivery::echoed(const std::string& id) {
  echo_ = echo::seen;
  const auto found = std::find_if(barriers_.begin(), barriers_.end(),
                                  [&](const auto& each) { return each.id == id; });
  if (found == barriers_.end()) return;
  const std::uint64_t pulses = found->pulses;
  barriers_.erase(barriers_.begin(), found + 1);
  acknowledge_to(pulses);
}

void delivery::ponged(time_point now) {
  if (!ponged_) ponged_ = now;
}

void delivery::written(std::uint64_t frame) {
  written_ = frame;
  if (echo_ == echo::missing) acknowledge_written();
}

bool delivery::tick(time_point now) {
  const auto deadline = next_deadline();
  if (!deadline || *deadline > now) return false;
  expect_no_echo();
  return true;
}

std::optional<delivery::time_point> delivery::next_deadline() const {
  if (echo_ != echo::unknown || barriers_.empty()) return std::nullopt;
  const time_point sent = barriers_.front().sent;
  const time_point latest = sent + config_.pong_patience;
  if (!ponged_) return latest;
  return std::min(latest, std::max(sent, *ponged_) + config_.echo_patience);
}

// The handler is called last: it finds all in order.
void delivery::acknowledge_to(std::uint64_t pulses) {
  if (pulses <= arrived_) return;
  const auto count = static_cast<std::size_t>(pulses - arrived_);
  for (std::size_t left = count; left > 0; --left) {
    in_flight_bytes_ -= in_flight_.front().bytes;
    in_flight_.pop_front();
  }
  arrived_ += count;
  acknowledged_ += count;
  on_acknowledged_(count);
}

void delivery::acknowledge_written() {
  std::size_t pulses = 0;
  while (pulses < in_flight_.size() && in_flight_[pulses].frame <= written_) ++pulses;
  acknowledge_to(arrived_ + pulses);
}

}  // namespace gantry::myko
