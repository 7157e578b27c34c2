// Which runs of one slot are under way, which wait, and what a new one leads to.
//
// Decides, no I/O.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "executor/slots/slot_template.hpp"

namespace gantry::slots {

struct slot_limits {
  std::size_t concurrency = 1;
  slots::when_full when_full = when_full::reject;
  std::size_t queue_max = 64;
};

// What comes of a new run.
struct admission {
  enum class verdict {
    start,   // now
    wait,    // for its turn
    reject,  // it is full, and so is the queue
  };
  verdict what = verdict::start;
  std::size_t position = 0;               // of one that waits, from 1
  std::optional<std::string> stop;        // this run is to be stopped, to make room
  std::optional<std::string> superseded;  // this one waited and will never start
};

class slot_board {
 public:
  explicit slot_board(slot_limits limits) : limits_(limits) {}

  [[nodiscard]] admission admit(const std::string& run);
  // Taken up from an earlier life: it runs, or waits, whatever the limits say.
  void adopt_running(const std::string& run) { running_.push_back(run); }
  void adopt_waiting(const std::string& run) { waiting_.push_back(run); }

  // It is over. The runs to be started now.
  [[nodiscard]] std::vector<std::string> ended(const std::string& run);
  // Those that have room after adoption.
  [[nodiscard]] std::vector<std::string> startable();
  // It waits no more; false when it did not.
  bool give_up(const std::string& run);

  [[nodiscard]] const std::deque<std::string>& running() const { return running_; }
  [[nodiscard]] const std::deque<std::string>& waiting() const { return waiting_; }
  [[nodiscard]] bool is_full() const { return running_.size() >= limits_.concurrency; }

 private:
  [[nodiscard]] admission replace(const std::string& run);

  slot_limits limits_;
  std::deque<std::string> running_;  // oldest first
  std::deque<std::string> waiting_;  // in their order
  std::size_t making_room_ = 0;      // of the running ones, the oldest are being stopped
};

}  // namespace gantry::slots
