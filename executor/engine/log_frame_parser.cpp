#include "executor/engine/log_frame_parser.hpp"

#include "executor/engine/error.hpp"
#include "executor/engine/utf8.hpp"

namespace gantry::engine {
namespace {

constexpr std::size_t header_bytes = 8;
constexpr std::size_t error_bytes_max = 1024;  // of an engine's error that we repeat

enum frame_type : unsigned char { stdin_frame, stdout_frame, stderr_frame, error_frame };

struct frame_header {
  unsigned char type;
  bool valid;
  std::size_t length;
};

frame_header read_header(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const bool valid = byte(0) <= error_frame && byte(1) == 0 && byte(2) == 0 && byte(3) == 0;
  const std::size_t length = (std::size_t{byte(4)} << 24) | (std::size_t{byte(5)} << 16) |
                             (std::size_t{byte(6)} << 8) | std::size_t{byte(7)};
  return {byte(0), valid && length <= log_frame_parser::frame_bytes_max, length};
}

failure engine_said(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return fault(errc::engine_error, "the engine cannot go on with the log: " +
                                       visible_utf8(text.substr(0, error_bytes_max)));
}

}  // namespace

void log_frame_parser::feed(std::string_view bytes) {
  buffer_.erase(0, at_);
  at_ = 0;
  buffer_.append(bytes);
}

result<std::optional<log_frame>> log_frame_parser::next() {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  if (rest.size() < header_bytes) return std::nullopt;
  const frame_header header = read_header(rest);
  if (!header.valid) {
    return fault(errc::bad_response,
                 "the log is no multiplexed stream: the container seems to have a terminal");
  }
  const std::string_view payload = rest.substr(header_bytes, header.length);
  if (payload.size() < header.length) return std::nullopt;
  if (header.type == error_frame) return engine_said(payload);
  at_ += header_bytes + header.length;
  return make_frame(
      header.type == stderr_frame ? stream_kind::stderr_stream : stream_kind::stdout_stream,
      payload);
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
