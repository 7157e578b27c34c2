// Lines out of frames: the parts of a long line joined, for each stream on its own.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "executor/engine/log_frame.hpp"

namespace gantry::engine {

class line_joiner {
 public:
  // A line of more bytes is cut to so many and marked; the rest of it is dropped as it comes, so
  // that no more than this is ever held for each stream.
  explicit line_joiner(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  // Appends the lines that this frame completes.
  void add(const log_frame& frame, std::vector<log_line>& out);

  // Appends lines that have no newline yet: no more is to come.
  void flush(std::vector<log_line>& out);

  // Is there a begun line that nobody was given yet?
  [[nodiscard]] bool pending() const;

  // The time of the oldest line whose newline has not come, given or not.
  [[nodiscard]] std::optional<timestamp> oldest_open() const;

  [[nodiscard]] std::uint64_t truncated() const { return truncated_; }

 private:
  enum class state {
    empty,       // between two lines
    collecting,  // a line has begun
    discarding,  // a line was cut: its rest goes away
  };
  struct part {
    state now = state::empty;
    timestamp time = 0;
    std::string text;
  };

  void append(part& line, const log_frame& frame, std::string_view text,
              std::vector<log_line>& out);
  void complete(part& line, stream_kind stream, std::vector<log_line>& out);

  std::size_t line_bytes_max_;
  std::array<part, 3> lines_;  // by stream_kind
  std::uint64_t truncated_ = 0;
};

}  // namespace gantry::engine
