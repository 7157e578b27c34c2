#include "executor/engine/line_joiner.hpp"

#include <utility>

namespace gantry::engine {

void line_joiner::add(const log_frame& frame, std::vector<log_line>& out) {
  part& line = lines_[index(frame.stream)];
  std::string_view text = frame.text;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    append(line, frame, text.substr(0, newline), out);
    if (newline == std::string_view::npos) return;
    complete(line, frame.stream, out);
    text.remove_prefix(newline + 1);
  }
}

void line_joiner::flush(stream_kind stream, std::vector<log_line>& out) {
  part& line = lines_[index(stream)];
  if (line.now != line_state::none) complete(line, stream, out);
}

void line_joiner::append(part& line, const log_frame& frame, std::string_view text,
                         std::vector<log_line>& out) {
  if (line.now == line_state::given) return;
  if (line.now == line_state::none) {
    line.now = line_state::begun;
    line.time = frame.time;
  }
  // A terminal ends lines with \r\n: this one byte more is allowed for.
  const std::size_t room =
      line_bytes_max_ + (frame.stream == stream_kind::tty ? 1 : 0) - line.text.size();
  line.text.append(text.substr(0, room));
  if (text.size() <= room) return;
  line.text.resize(line_bytes_max_);
  out.push_back({frame.stream, line.time, std::exchange(line.text, {}), true, false, {}});
  line.now = line_state::given;
  ++truncated_;
}

void line_joiner::complete(part& line, stream_kind stream, std::vector<log_line>& out) {
  const bool given = std::exchange(line.now, line_state::none) == line_state::given;
  if (given) return;
  if (stream == stream_kind::tty && line.text.ends_with('\r')) line.text.pop_back();
  out.push_back({stream, line.time, std::exchange(line.text, {}), false, false, {}});
}

}  // namespace gantry::engine
