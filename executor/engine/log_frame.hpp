// What a container prints, as the engine cuts it up and as we put it together again.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "executor/engine/client.hpp"

namespace gantry::engine {

// A container with a terminal has one stream, in which stdout and stderr are mixed.
enum class stream_kind : std::uint8_t { stdout_stream, stderr_stream, tty };

[[nodiscard]] std::string_view to_string(stream_kind stream);

// A piece of output as the engine stored it: a line, or a part of a long one.
struct log_frame {
  stream_kind stream = stream_kind::stdout_stream;
  timestamp time = 0;
  std::string_view text;  // without its stamp; ends in \n unless more of the line follows
};

struct log_line {
  stream_kind stream = stream_kind::stdout_stream;
  timestamp time = 0;      // of the line's first part
  std::string text;        // bytes as printed, without the newline
  bool truncated = false;  // longer than the limit: the rest of it is gone
  bool operator==(const log_line&) const = default;
};

// The stamp that `timestamps=1` puts before each piece of output.
struct stamped_text {
  timestamp time = 0;
  std::string_view stamp;  // as written, with the blank behind it
  std::string_view text;   // the rest
};

// The longest stamp is "2024-05-01T12:00:00.123456789+02:00".
inline constexpr std::size_t stamp_bytes_max = 35;

// Takes the stamp off. False, and `out` untouched, where there is none.
[[nodiscard]] bool split_stamp(std::string_view in, stamped_text& out);

}  // namespace gantry::engine
