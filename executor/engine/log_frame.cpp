#include "executor/engine/log_frame.hpp"

#include "executor/engine/rfc3339.hpp"

namespace gantry::engine {

std::string_view to_string(stream_kind stream) {
  switch (stream) {
    case stream_kind::stdout_stream:
      return "stdout";
    case stream_kind::stderr_stream:
      return "stderr";
    case stream_kind::tty:
      return "tty";
  }
  return "unknown";
}

bool split_stamp(std::string_view in, stamped_text& out) {
  const std::size_t blank = in.substr(0, stamp_bytes_max + 1).find(' ');
  if (blank == std::string_view::npos) return false;
  const auto time = parse_rfc3339(in.substr(0, blank));
  if (!time) return false;
  out = {*time, in.substr(0, blank + 1), in.substr(blank + 1)};
  return true;
}

}  // namespace gantry::engine
