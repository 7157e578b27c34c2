// What is wrong with each target now, and the alerts that say so: one for a target, however many
// conditions hold. The most severe names it, and its message joins them all.
//
// Decides, no I/O.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "model/catalogue.hpp"

namespace gantry::fleet {

// The most severe first.
enum class alert_code {
  engine_lost,
  crash_loop,
  out_of_memory,
  not_answering,
  pull_failed,
  unhealthy,
  lines_suppressed,
};

[[nodiscard]] std::string_view to_string(alert_code code);
[[nodiscard]] model::alert_level level_of(alert_code code);

// What holds of one thing, with its words for people.
using conditions = std::map<alert_code, std::string>;

class alert_board {
 public:
  // True if anything changed.
  bool begin(const std::string& path, alert_code code, std::string message);
  bool end(const std::string& path, alert_code code);

  // The alerts of those targets that `all` has.
  void add_to(model::catalogue& all) const;

  // What holds of this target, the most severe first; null: nothing.
  [[nodiscard]] const conditions* of(const std::string& path) const;
  // Of all targets, by path; none is empty.
  [[nodiscard]] const std::map<std::string, conditions>& all() const { return held_; }

 private:
  std::map<std::string, conditions> held_;  // by path; none is empty
};

}  // namespace gantry::fleet
