// What a container prints, as the engine cuts it up and as we put it together again.
#pragma once

#include <string>
#include <string_view>

#include "executor/engine/log_cursor.hpp"
#include "executor/engine/timestamp.hpp"

namespace gantry::engine {

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
  // Lines may be missing before this one: the log was rotated while nobody read it, or could not
  // be read there.
  bool gap_before = false;
  bool unreadable_before = false;  // that is why
  // Where a new decoder goes on to give exactly the lines behind this one.
  log_cursor cursor = {};

  // Compares what was printed, not how it was read.
  bool operator==(const log_line& other) const {
    return stream == other.stream && time == other.time && text == other.text &&
           truncated == other.truncated;
  }
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

// Can more bytes make a stamp of this? Nothing at all, half of one, one without the blank behind.
[[nodiscard]] bool may_be_stamp(std::string_view in);

}  // namespace gantry::engine
