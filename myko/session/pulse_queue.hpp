// The pulses that must not be lost, in memory, until a server is known to have read them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "model/entities.hpp"

namespace gantry::myko {

// First in, first out, in three stages: waiting, in flight, acknowledged (gone).
//
// Bounded: producers look at full() and pause. One that cannot pause appends all the same; above
// twice the limit the oldest waiting pulse is dropped and counted.
class pulse_queue {
 public:
  explicit pulse_queue(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void append(model::pulse pulse);

  // The oldest waiting pulse, now in flight; the pointer is valid until the next call.
  [[nodiscard]] const model::pulse* take();
  // The `count` oldest in flight have arrived.
  void acknowledge(std::size_t count);
  // The connection is lost: what was in flight waits again, in its place.
  void rewind() {
    in_flight_ = 0;
    in_flight_bytes_ = 0;
  }

  [[nodiscard]] bool full() const { return bytes_ >= bytes_max_; }
  [[nodiscard]] std::size_t size() const { return pulses_.size(); }
  [[nodiscard]] std::size_t waiting() const { return pulses_.size() - in_flight_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t in_flight_bytes() const { return in_flight_bytes_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  std::size_t bytes_max_;
  std::deque<model::pulse> pulses_;  // the first `in_flight_` of them are in flight
  std::size_t in_flight_ = 0;
  std::size_t bytes_ = 0;
  std::size_t in_flight_bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace gantry::myko
