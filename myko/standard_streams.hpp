// The standard streams of a program that runs for long: whoever is at their other end may go away,
// or read no more, and is no reason for the program to end or to wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace gantry {

// A pipe without a reader ends no program by SIGPIPE, and no file that is opened later takes the
// place of a standard stream that was closed before the start: what is logged would go there.
// Before anything is opened. A child that is to be as programs are has SIGPIPE set back.
void secure_standard_streams();

// Where a log is written to: a descriptor that stays open. Not to be used by two threads at a time.
class log_writer {
 public:
  // What a reader who falls behind has, once: the next time only after it has kept up again.
  static constexpr std::chrono::milliseconds patience{50};

  explicit log_writer(int descriptor) : descriptor_(descriptor) {}

  // A line with its end. False: it is lost, or its last part is; what is written next begins on a
  // line of its own, behind one that says how many were lost. Waits for a slow reader as long as
  // `patience` says, and for a disk.
  bool write(std::string_view line);

 private:
  [[nodiscard]] bool write_all(std::string_view bytes);
  [[nodiscard]] bool takes_more();

  int descriptor_;
  bool may_wait_ = true;
  std::uint64_t lost_ = 0;  // since the last that was written
  bool is_cut_ = false;     // what was written ends within a line
};

}  // namespace gantry
