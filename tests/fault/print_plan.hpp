// What a container of the fault tests prints: as a script for its shell, and as we expect it.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace gantry::test {

struct printed_line {
  std::string stream;  // "stdout", "stderr" or "tty"
  std::string text;
  bool operator==(const printed_line&) const = default;
};

// Every line holds the container's name, the run, its number and some padding, and so is printed
// once in a container's life: "c07 2 123 xxxxxxxx".
struct print_plan {
  std::string name;
  std::size_t lines = 0;     // of each run, numbered from 0
  std::size_t padding = 40;  // bytes, at least 1
  std::size_t burst = 50;    // lines between two pauses
  std::chrono::milliseconds pause{0};
  bool tty = false;        // the container has a terminal
  bool errors = true;      // some lines go to stderr
  bool long_lines = true;  // some have between 20 and 40 KB

  // For `sh -c` of busybox. The number of the run is kept in `runs_file`, within the container.
  [[nodiscard]] std::string script(const std::string& runs_file = "/runs") const;
  // What one run prints, from its begin to its end; runs are counted from 1.
  [[nodiscard]] std::vector<printed_line> lines_of_run(std::size_t run) const;
};

}  // namespace gantry::test
