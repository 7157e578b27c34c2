// A place in a container's log, complete enough to be stored, and to go on from in another process.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "executor/engine/timestamp.hpp"
#include "model/json_types.hpp"
#include "model/result.hpp"

namespace gantry::engine {

// A container with a terminal has one stream, in which stdout and stderr are mixed.
enum class stream_kind : std::uint8_t { stdout_stream, stderr_stream, tty };

[[nodiscard]] std::string_view to_string(stream_kind stream);

inline constexpr std::array all_streams = {stream_kind::stdout_stream, stream_kind::stderr_stream,
                                           stream_kind::tty};

template <typename T>
using of_each_stream = std::array<T, all_streams.size()>;  // by stream_kind

[[nodiscard]] constexpr std::size_t index(stream_kind stream) {
  return static_cast<std::size_t>(stream);
}

// Names a frame of one stream.
struct log_place {
  timestamp time = 0;
  std::uint32_t ordinal = 1;  // counts this stream's frames in a row with this very stamp, from 1
  std::uint32_t digest = 0;   // of the frame's text: where rotation shifts ordinals, it tells
  bool operator==(const log_place&) const = default;
};

// The same for the same bytes in every version of gantry: digests are stored.
[[nodiscard]] std::uint32_t digest_of(std::string_view text);

// A line that has begun and whose newline has not come.
struct open_line {
  log_place began;          // its first part
  std::uint32_t parts = 1;  // frames that were read of it
  bool given = false;       // it was cut at the limit: its rest is to be dropped
  bool operator==(const open_line&) const = default;
};

// What was there of a terminal's unfinished frame when it was given, at the end of a run.
struct log_tail {
  timestamp time = 0;
  std::uint32_t bytes = 0;
  std::uint32_t digest = 0;
  bool operator==(const log_tail&) const = default;
};

// Behind a frame, the last that was read: all before it was given, but for the open lines. One
// that was just made is the begin of the log. Copied with every line, hence without a heap.
struct log_cursor {
  stream_kind stream = stream_kind::stdout_stream;  // of the last frame
  of_each_stream<std::optional<log_place>> seen;    // the last frame of each
  of_each_stream<std::optional<open_line>> open;
  std::optional<log_tail> tail;  // behind the last frame; only of a terminal
  bool operator==(const log_cursor&) const = default;

  [[nodiscard]] const std::optional<log_place>& last() const { return seen[index(stream)]; }

  // The earliest stamp that is needed to go on; nothing: all of the log.
  [[nodiscard]] std::optional<timestamp> needed_from() const;
};

// For storing: one line of some 100 bytes, with a version.
[[nodiscard]] json::text to_json(const log_cursor& cursor);

// Fails, with the reason, on anything that to_json() does not write, other versions included.
[[nodiscard]] result<log_cursor> parse_log_cursor(std::string_view text);

}  // namespace gantry::engine
