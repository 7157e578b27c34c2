// The 100 ms for which the core of 2026 holds events of some types before it applies them.
//
// The first event of a type opens a window; all of that type that come before its end are applied
// together then, whoever sent them. What happens to them there is the business of row_keeper: SETs
// go before DELs, and a SET that is equal to an earlier one of the window is passed over.
// Source: the page on the core of 2026, Storing.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "myko/server/row.hpp"

namespace gantry::myko {

class ingest_window {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::milliseconds length{100};

  // `bytes_max`: of all the rows that wait.
  explicit ingest_window(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Others are applied at once.
  [[nodiscard]] static bool holds(std::string_view type);

  // False, and it is not taken, when too much waits.
  [[nodiscard]] bool add(row_event event, time_point now);

  // The events of each type whose window has ended, in the order of their ends.
  [[nodiscard]] std::vector<std::vector<row_event>> take(time_point now);

  [[nodiscard]] std::optional<time_point> next_end() const;

 private:
  struct one_window {
    time_point end;
    std::vector<row_event> events;
  };

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::map<std::string, one_window> open_;  // by type
};

}  // namespace gantry::myko
