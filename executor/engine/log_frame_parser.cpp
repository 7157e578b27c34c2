#include "executor/engine/log_frame_parser.hpp"

#include <algorithm>

#include "executor/engine/error.hpp"
#include "executor/engine/stream_header.hpp"
#include "executor/engine/utf8.hpp"

namespace gantry::engine {
namespace {

failure engine_said(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return fault(errc::engine_error, "the engine cannot go on with the log: " +
                                       visible_utf8(text.substr(0, frame_error_bytes_max)));
}

}  // namespace

void log_frame_parser::feed(std::string_view bytes) {
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_.append(bytes);
}

result<std::optional<log_frame>> log_frame_parser::next() {
  while (true) {
    if (!read_past()) return std::nullopt;
    const std::string_view rest = std::string_view(buffer_).substr(at_);
    if (rest.size() < stream_header::bytes) return std::nullopt;
    const stream_header header = read_stream_header(rest);
    const bool is_long = header.length > frame_bytes_max;
    if (!header.is_known || is_long) {
      ++skipped_;
      is_lost_ =
          !header.is_header || (!header.is_known && is_long) || header.length > read_past_bytes_max;
      to_skip_ = is_lost_ ? 1 : stream_header::bytes + header.length;
      continue;
    }
    const std::string_view payload = rest.substr(stream_header::bytes, header.length);
    if (payload.size() < header.length) return std::nullopt;
    if (header.type == frame_type::engine_error) return engine_said(payload);
    at_ += stream_header::bytes + header.length;
    stamped_text parts{last_time_, {}, payload};
    if (!split_stamp(payload, parts)) {
      ++unstamped_;
      // Among stamped ones it is none of the log, and no place in it: it may not come again.
      if (last_time_ != 0) {
        ++skipped_;
        continue;
      }
    }
    last_time_ = parts.time;
    const bool is_stderr = header.type == frame_type::stderr_frame;
    return log_frame{is_stderr ? stream_kind::stderr_stream : stream_kind::stdout_stream,
                     parts.time, parts.text};
  }
}

bool log_frame_parser::read_past() {
  const std::uint64_t there = std::min<std::uint64_t>(to_skip_, buffer_.size() - at_);
  at_ += there;
  to_skip_ -= there;
  return to_skip_ == 0 && (!is_lost_ || find_frame());
}

bool log_frame_parser::find_frame() {
  while (true) {
    switch (frame_at(std::string_view(buffer_).substr(at_))) {
      case place::found:
        is_lost_ = false;
        return true;
      case place::undecided:
        return false;
      case place::none:
        ++at_;
    }
  }
}

log_frame_parser::place log_frame_parser::frame_at(std::string_view bytes) {
  if (bytes.size() < stream_header::bytes) return place::undecided;
  const stream_header header = read_stream_header(bytes);
  if (!header.is_known || header.length > frame_bytes_max) return place::none;
  const std::string_view payload = bytes.substr(stream_header::bytes, header.length);
  stamped_text parts;
  if (split_stamp(payload, parts)) return place::found;
  const bool is_whole = payload.size() == header.length;
  return is_whole || !may_be_stamp(payload) ? place::none : place::undecided;
}

void log_frame_parser::reset() {
  buffer_.clear();
  at_ = 0;
  to_skip_ = 0;
  is_lost_ = false;
}

}  // namespace gantry::engine
