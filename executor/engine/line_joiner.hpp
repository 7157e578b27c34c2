// Lines out of frames: the parts of a long line joined, for each stream on its own.
#pragma once

#include <vector>

#include "executor/engine/log_frame.hpp"

namespace gantry::engine {

enum class line_state {
  none,   // between two lines
  begun,  // a line has begun
  given,  // a line was cut and given: its rest goes away
};

class line_joiner {
 public:
  // A line of more bytes is cut to so many and marked; the rest of it is dropped as it comes, so
  // that no more than this is ever held for each stream.
  explicit line_joiner(std::size_t line_bytes_max) : line_bytes_max_(line_bytes_max) {}

  // Appends the lines that this frame completes.
  void add(const log_frame& frame, std::vector<log_line>& out);

  // Ends a line that has no newline yet, and appends it if it was not given: no more is to come.
  void flush(stream_kind stream, std::vector<log_line>& out);

  // Drops what comes up to a newline: another joiner has given the line.
  void skip_line(stream_kind stream) { lines_[index(stream)].now = line_state::given; }

  [[nodiscard]] line_state state(stream_kind stream) const { return lines_[index(stream)].now; }

  [[nodiscard]] std::uint64_t truncated() const { return truncated_; }

 private:
  struct part {
    line_state now = line_state::none;
    timestamp time = 0;
    std::string text;
  };

  void append(part& line, const log_frame& frame, std::string_view text,
              std::vector<log_line>& out);
  void complete(part& line, stream_kind stream, std::vector<log_line>& out);

  std::size_t line_bytes_max_;
  of_each_stream<part> lines_;
  std::uint64_t truncated_ = 0;
};

}  // namespace gantry::engine
