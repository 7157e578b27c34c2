// The frames that wait to be written to one connection.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <utility>

#include "myko/server/limits.hpp"

namespace gantry::myko {

class outbox {
 public:
  explicit outbox(const connection_limits& limits) : limits_(limits) {}

  // False, and the frame is not taken, when the reader is too far behind. An empty outbox takes a
  // frame of any size: the first answer to a query has to come whole.
  [[nodiscard]] bool push(std::string frame) {
    const bool many = frames_.size() >= limits_.outbox_frames_max;
    const bool large = !frames_.empty() && bytes_ + frame.size() > limits_.outbox_bytes_max;
    if (many || large) return false;
    bytes_ += frame.size();
    frames_.push_back(std::move(frame));
    return true;
  }

  [[nodiscard]] bool empty() const { return frames_.empty(); }

  // Precondition: not empty().
  [[nodiscard]] std::string pop() {
    std::string out = std::move(frames_.front());
    frames_.pop_front();
    bytes_ -= out.size();
    return out;
  }

 private:
  connection_limits limits_;
  std::deque<std::string> frames_;
  std::size_t bytes_ = 0;
};

}  // namespace gantry::myko
