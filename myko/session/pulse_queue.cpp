#include "myko/session/pulse_queue.hpp"

#include <algorithm>
#include <utility>

namespace gantry::myko {
namespace {

std::size_t cost(const model::pulse& pulse) {
  return sizeof(pulse) + pulse.emitter.value.size() + pulse.data.bytes.size();
}

}  // namespace

void pulse_queue::append(model::pulse pulse) {
  bytes_ += cost(pulse);
  pulses_.push_back(std::move(pulse));
  while (bytes_ > 2 * bytes_max_ && waiting() > 1) {
    const auto oldest = pulses_.begin() + static_cast<std::ptrdiff_t>(in_flight_);
    bytes_ -= cost(*oldest);
    pulses_.erase(oldest);
    ++dropped_;
  }
}

const model::pulse* pulse_queue::take() {
  if (waiting() == 0) return nullptr;
  const model::pulse& next = pulses_[in_flight_++];
  in_flight_bytes_ += cost(next);
  return &next;
}

void pulse_queue::acknowledge(std::size_t count) {
  for (count = std::min(count, in_flight_); count > 0; --count) {
    const std::size_t size = cost(pulses_.front());
    bytes_ -= size;
    in_flight_bytes_ -= size;
    --in_flight_;
    pulses_.pop_front();
  }
}

}  // namespace gantry::myko
