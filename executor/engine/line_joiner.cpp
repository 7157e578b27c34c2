#include "executor/engine/line_joiner.hpp"

#include <algorithm>
#include <utility>

namespace gantry::engine {

void line_joiner::add(const log_frame& frame, std::vector<log_line>& out) {
  part& line = lines_[static_cast<std::size_t>(frame.stream)];
  std::string_view text = frame.text;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    append(line, frame, text.substr(0, newline), out);
    if (newline == std::string_view::npos) return;
    complete(line, frame.stream, out);
    text.remove_prefix(newline + 1);
  }
}

void line_joiner::flush(std::vector<log_line>& out) {
  for (std::size_t at = 0; at < lines_.size(); ++at) {
    if (lines_[at].now == state::empty) continue;
    complete(lines_[at], static_cast<stream_kind>(at), out);
  }
}

bool line_joiner::pending() const {
  for (const part& line : lines_) {
    if (line.now == state::collecting) return true;
  }
  return false;
}

std::optional<timestamp> line_joiner::oldest_open() const {
  std::optional<timestamp> out;
  for (const part& line : lines_) {
    if (line.now == state::empty) continue;
    out = std::min(out.value_or(line.time), line.time);
  }
  return out;
}

void line_joiner::append(part& line, const log_frame& frame, std::string_view text,
                         std::vector<log_line>& out) {
  if (line.now == state::discarding) return;
  if (line.now == state::empty) {
    line.now = state::collecting;
    line.time = frame.time;
  }
  // A terminal ends lines with \r\n: this one byte more is allowed for.
  const std::size_t room =
      line_bytes_max_ + (frame.stream == stream_kind::tty ? 1 : 0) - line.text.size();
  line.text.append(text.substr(0, room));
  if (text.size() <= room) return;
  line.text.resize(line_bytes_max_);
  out.push_back({frame.stream, line.time, std::exchange(line.text, {}), true});
  line.now = state::discarding;
  ++truncated_;
}

void line_joiner::complete(part& line, stream_kind stream, std::vector<log_line>& out) {
  const bool given = std::exchange(line.now, state::empty) == state::discarding;
  if (given) return;
  if (stream == stream_kind::tty && line.text.ends_with('\r')) line.text.pop_back();
  out.push_back({stream, line.time, std::exchange(line.text, {}), false});
}

}  // namespace gantry::engine
