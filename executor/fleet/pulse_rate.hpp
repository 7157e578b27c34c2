// How many pulses an emitter may send: a bucket that fills with time, and holds a second's worth.
// Those who tell of one emitter share one, and each gets its turn. Pure: time is passed in.
#pragma once

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>

namespace gantry::fleet {

class pulse_rate {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit pulse_rate(double per_second)
      : per_second_(per_second), tokens_(std::max(1.0, per_second)) {}

  // Time has passed.
  void refill(time_point now) {
    if (refilled_) {
      const std::chrono::duration<double> passed = now - *refilled_;
      // A hair more than was earned, so that rounding cannot leave 0.999... when it is time.
      tokens_ = std::min(std::max(1.0, per_second_), tokens_ + passed.count() * per_second_ + 1e-9);
    }
    refilled_ = now;
  }

  // So many more may go now, the one that is being earned included.
  [[nodiscard]] double left() const { return tokens_; }
  // One goes now, of whom `who` stands for. They take turns; out of turn, one is left for each of
  // the others. Who has nothing more to tell has to leave().
  [[nodiscard]] bool take(const void* who) {
    if (std::ranges::find(turns_, who) == turns_.end()) turns_.push_back(who);
    const bool is_first = turns_.front() == who;
    if (tokens_ < (is_first ? 1.0 : static_cast<double>(turns_.size()))) return false;
    tokens_ -= 1;
    std::erase(turns_, who);
    turns_.push_back(who);
    return true;
  }
  void leave(const void* who) { std::erase(turns_, who); }

  // When the next may go; nothing before the first refill().
  [[nodiscard]] std::optional<time_point> next_due() const {
    if (!refilled_) return std::nullopt;
    const std::chrono::duration<double> rest(std::max(0.0, (1 - tokens_) / per_second_));
    return *refilled_ + std::chrono::ceil<std::chrono::steady_clock::duration>(rest);
  }

 private:
  double per_second_;
  double tokens_;
  std::optional<time_point> refilled_;
  std::deque<const void*> turns_;  // of those that wait; the first is next
};

}  // namespace gantry::fleet
