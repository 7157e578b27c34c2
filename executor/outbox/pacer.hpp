// When the outbox writes, and when producers pause.
//
// Decides, no I/O: time is passed in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace gantry::outbox {

struct pacer_config {
  std::chrono::milliseconds commit_within{20};
  std::size_t write_bytes = 512U << 10U;
  std::size_t held_bytes_max = 4U << 20U;
  std::chrono::milliseconds forget_within{250};
};

class pacer {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit pacer(const pacer_config& config) : config_(config) {}

  // Something is to be written.
  void changed(time_point now) {
    if (!dirty_since_) dirty_since_ = now;
  }
  // Something has arrived: it is to be deleted, but that may wait longer.
  void arrived(time_point now) {
    if (!forget_by_) forget_by_ = now + config_.forget_within;
  }
  // All of it is being written.
  void begin_write(time_point now) {
    dirty_since_.reset();
    forget_by_.reset();
    last_write_ = now;
  }

  // The first after a pause at once, then one for each commit_within; much at once, too.
  [[nodiscard]] std::optional<time_point> next_write() const {
    if (!dirty_since_) return forget_by_;
    const time_point due = is_much() || !last_write_
                               ? *dirty_since_
                               : std::max(*dirty_since_, *last_write_ + config_.commit_within);
    return std::min(forget_by_.value_or(due), due);
  }

  // So many bytes are held by producers, or are not any more.
  void hold(std::size_t bytes) { held_ += bytes; }
  void release(std::size_t bytes) { held_ -= std::min(held_, bytes); }
  [[nodiscard]] bool is_much() const { return held_ >= config_.write_bytes; }
  [[nodiscard]] bool is_full() const { return held_ >= config_.held_bytes_max; }

 private:
  pacer_config config_;
  std::size_t held_ = 0;
  std::optional<time_point> dirty_since_;
  std::optional<time_point> forget_by_;
  std::optional<time_point> last_write_;
};

}  // namespace gantry::outbox
