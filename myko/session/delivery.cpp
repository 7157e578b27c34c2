#include "myko/session/delivery.hpp"

#include <algorithm>
#include <utility>

namespace gantry::myko {

void delivery::connected() {
  queue_.rewind();
  echo_ = echo::unknown;
  barrier_.reset();
  ponged_.reset();
  frames_.clear();
  written_ = 0;
}

void delivery::expect_no_echo() {
  if (echo_ != echo::unknown) return;
  echo_ = echo::missing;
  barrier_.reset();
  acknowledge_written();
}

const model::pulse* delivery::next() {
  if (queue_.in_flight_bytes() >= config_.window_bytes) return nullptr;
  return queue_.take();
}

bool delivery::wants_barrier() const {
  return echo_ != echo::missing && !barrier_ && !frames_.empty();
}

void delivery::barrier_sent(std::string id, time_point now) {
  barrier_ = barrier{std::move(id), frames_.size(), now};
}

void delivery::echoed(const std::string& id) {
  echo_ = echo::seen;
  if (!barrier_ || barrier_->id != id) return;
  const std::size_t pulses = barrier_->pulses;
  barrier_.reset();
  acknowledge(pulses);
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
  if (echo_ != echo::unknown || !barrier_) return std::nullopt;
  const time_point latest = barrier_->sent + config_.pong_patience;
  if (!ponged_) return latest;
  return std::min(latest, std::max(barrier_->sent, *ponged_) + config_.echo_patience);
}

void delivery::acknowledge(std::size_t pulses) {
  acknowledged_ += pulses;
  queue_.acknowledge(pulses);
  frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(pulses));
}

void delivery::acknowledge_written() {
  std::size_t pulses = 0;
  while (pulses < frames_.size() && frames_[pulses] <= written_) ++pulses;
  acknowledge(pulses);
}

}  // namespace gantry::myko
