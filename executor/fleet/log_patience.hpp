// When the end of a log that cannot be read is given up, and its run is told as over without its
// last lines. Pure.
#pragma once

#include <chrono>
#include <optional>

namespace gantry::fleet {

class log_patience {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  // From when it could be read the last time: its last lines come before the end of the run.
  static constexpr std::chrono::seconds end_waits_max{10};
  // Beyond that, or where the container is on its way out.
  static constexpr int last_reads_max = 5;

  void begin_run() { last_reads_ = 0; }
  // It could not be read. `is_last`: the run is over, and no other way to read it is under way.
  void failed(time_point now, bool is_last, bool is_leaving) {
    if (!since_) since_ = now;
    if (is_last && (is_leaving || now - *since_ >= end_waits_max)) ++last_reads_;
  }
  // It was read on, or to its present end.
  void went_on() { since_.reset(); }
  [[nodiscard]] bool is_over() const { return last_reads_ >= last_reads_max; }

 private:
  std::optional<time_point> since_;
  int last_reads_ = 0;
};

}  // namespace gantry::fleet
