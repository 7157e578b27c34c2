// When what an engine, or a proxy in front of it, does not allow is tried again: soon where that
// has just begun, for somebody may be at work on the proxy, and ever less often while it lasts.
// Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

namespace gantry::fleet {

class refusal_pace {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using milliseconds = std::chrono::milliseconds;

  // It was not allowed again: half of the time since it first was is waited, so that the end of a
  // refusal is seen when it has lasted half as long again.
  [[nodiscard]] milliseconds next(time_point now, milliseconds longest) {
    constexpr milliseconds shortest{1'000};
    if (!since_) since_ = now;
    const auto half = std::chrono::duration_cast<milliseconds>(now - *since_) / 2;
    return std::min(std::max(half, shortest), longest);
  }
  // For how long it has failed.
  [[nodiscard]] milliseconds lasted(time_point now) const {
    return since_ ? std::chrono::duration_cast<milliseconds>(now - *since_) : milliseconds(0);
  }
  // It was allowed.
  void over() { since_.reset(); }

 private:
  std::optional<time_point> since_;
};

}  // namespace gantry::fleet
