// Does the disk answer? A call to the database that takes too long hangs: fsync on a disk that is
// going bad, a network drive that is away.
//
// Decides, no I/O: time is passed in.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

namespace gantry::outbox {

class disk_watch {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit disk_watch(std::chrono::milliseconds patience) : patience_(patience) {}

  // A call began; there is one at a time.
  void begin(time_point now) { since_ = now; }
  // It came back. How long it took, if it hung.
  std::optional<std::chrono::milliseconds> end(time_point now) {
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(now - *since_);
    since_.reset();
    if (!std::exchange(hangs_, false)) return std::nullopt;
    return took;
  }
  // Has it hung since this very time?
  bool tick(time_point now) {
    if (!since_ || hangs_ || now < *since_ + patience_) return false;
    hangs_ = true;
    return true;
  }

  [[nodiscard]] bool hangs() const { return hangs_; }
  // When tick() is to be called.
  [[nodiscard]] std::optional<time_point> deadline() const {
    if (!since_ || hangs_) return std::nullopt;
    return *since_ + patience_;
  }

 private:
  std::chrono::milliseconds patience_;
  std::optional<time_point> since_;
  bool hangs_ = false;
};

}  // namespace gantry::outbox
