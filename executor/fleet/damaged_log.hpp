// When a log that breaks off at the same place again and again is read on behind that place: an
// entry of the engine's file cannot be read, as after a loss of power, and nothing behind it would
// ever be told.
//
// Only counting back from its end passes such an entry (a time does not: the engine reads all
// before it). How far back may be counted is found out. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <utility>

namespace gantry::fleet {

class damaged_log {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  // An engine that is being started again breaks off, too, but not for so long, nor so often.
  static constexpr std::chrono::seconds patience{10};
  static constexpr int times_first = 5;
  // Then halved each time, so that of what is behind the place no more than half is lost.
  static constexpr unsigned tail_first = 1'024;

  // It broke off where it had before, or at its very begin. True: of this log for the first time
  // so often that it is read on behind that place.
  bool broke_off(time_point now) {
    if (!since_) since_ = now;
    const bool has_lasted = ++times_ >= times_first && now - *since_ >= patience;
    if (is_known_ ? times_ < 2 : !has_lasted) return false;
    if (!tail_) {
      tail_ = tail_first;
    } else if (*tail_ > 0) {
      tail_ = *tail_ / 2;
    } else {
      went_on();  // not even that: it is something else, and is not asked so often for it
      is_known_ = false;
      return false;
    }
    is_known_ = true;
    return !std::exchange(is_said_, true);
  }
  // Something came that had not come before.
  void went_on() {
    since_.reset();
    times_ = 0;
    tail_.reset();
  }
  // Only so many lines from its end are to be read; nothing: all.
  [[nodiscard]] std::optional<unsigned> tail() const { return tail_; }

 private:
  std::optional<time_point> since_;
  int times_ = 0;
  std::optional<unsigned> tail_;
  bool is_known_ = false;
  bool is_said_ = false;
};

}  // namespace gantry::fleet
