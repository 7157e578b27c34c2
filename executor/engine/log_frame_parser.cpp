#include "executor/engine/log_frame_parser.hpp"

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
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  if (rest.size() < stream_header::bytes) return std::nullopt;
  const stream_header header = read_stream_header(rest);
  if (!header.valid || header.length > frame_bytes_max) {
    return fault(errc::bad_response,
                 "the log is no multiplexed stream: the container seems to have a terminal");
  }
  const std::string_view payload = rest.substr(stream_header::bytes, header.length);
  if (payload.size() < header.length) return std::nullopt;
  if (header.type == frame_type::engine_error) return engine_said(payload);
  at_ += stream_header::bytes + header.length;
  const bool is_stderr = header.type == frame_type::stderr_frame;
  return make_frame(is_stderr ? stream_kind::stderr_stream : stream_kind::stdout_stream, payload);
}

void log_frame_parser::reset() {
  buffer_.clear();
  at_ = 0;
}

log_frame log_frame_parser::make_frame(stream_kind stream, std::string_view payload) {
  stamped_text parts{last_time_, {}, payload};
  if (!split_stamp(payload, parts)) ++unstamped_;
  last_time_ = parts.time;
  return {stream, parts.time, parts.text};
}

}  // namespace gantry::engine
