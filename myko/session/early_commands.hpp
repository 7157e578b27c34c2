// Commands that came before registration was done: they wait, within limits.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

#include "myko/messages.hpp"
#include "myko/session/moment.hpp"

namespace gantry::myko {

// First in, first out. What does not fit is for the caller to answer.
class early_commands {
 public:
  struct item {
    command what;
    moment when;
  };

  early_commands(std::size_t count_max, std::size_t bytes_max)
      : count_max_(count_max), bytes_max_(bytes_max) {}

  // False: there is no room.
  [[nodiscard]] bool keep(const command& command, moment now);
  // The oldest, if it came at this time or before.
  [[nodiscard]] std::optional<command> take_late(std::chrono::steady_clock::time_point latest);
  [[nodiscard]] std::deque<item> take_all();
  [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> oldest() const;

 private:
  std::size_t count_max_;
  std::size_t bytes_max_;
  std::deque<item> items_;
  std::size_t bytes_ = 0;
};

}  // namespace gantry::myko
