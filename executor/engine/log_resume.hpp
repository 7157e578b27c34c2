// Where we are in a container's log, and how to find that place again after the stream was cut.
//
// The engine's `since` goes by time, while stamps may go backwards: stdout and stderr are stamped
// apart, all parts of a long line bear the stamp of the first, and clocks are set. So a place is
// named by a frame, not by a time, and after reopening from some time before it frames are skipped
// up to and including that one.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "executor/engine/log_frame.hpp"

namespace gantry::engine {

// The last frame that was given.
struct log_cursor {
  stream_kind stream = stream_kind::stdout_stream;
  timestamp time = 0;
  std::uint32_t ordinal = 1;  // counts the frames of this stream with this very stamp, from 1
  bool operator==(const log_cursor&) const = default;
};

struct held_frame {
  stream_kind stream;
  timestamp time;
  std::string text;
  bool fresh;  // younger than the last that was given of its stream
};

class log_resume {
 public:
  // What is held in a search. Beyond this, frames that are not fresh are let go: they were given,
  // unless a clock was set back just before the log was rotated. When the fresh ones alone are
  // more than half of it, the cursor counts as gone (the log was rotated or truncated) and what
  // is held is given after all. Rather a duplicate than a loss.
  static constexpr std::size_t held_frames_max = 4096;
  static constexpr std::size_t held_bytes_max = 4 << 20;
  // The cursor is gone, too, when a frame is so much younger than all that were given. Without
  // this limit, a few lines after a rotation would wait for thousands more.
  static constexpr timestamp overtaking_max = 10'000'000'000;

  enum class verdict {
    deliver,   // a new frame
    withhold,  // a frame of the past, or perhaps: now take the next
    give_up,   // the cursor is gone: deliver what release() returns, which includes this frame
  };

  // With a cursor the first stream is searched for it, as after reopened().
  explicit log_resume(std::optional<log_cursor> cursor = std::nullopt);

  [[nodiscard]] verdict take(const log_frame& frame);

  // Ends a search; returns the frames held for it, in their order. The cursor is then the last.
  [[nodiscard]] std::vector<held_frame> release();

  // Another stream begins, whose first frames were perhaps given already.
  void reopened();

  [[nodiscard]] bool searching() const { return searching_; }

  // Is anything held that was surely not given before?
  [[nodiscard]] bool holds_fresh() const;

  [[nodiscard]] const std::optional<log_cursor>& cursor() const { return cursor_; }

  // Frames that came again and were dropped.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
  // Frames given though they may be duplicates, because the cursor was not found.
  [[nodiscard]] std::uint64_t released() const { return released_; }

 private:
  using places = std::array<std::optional<log_cursor>, 3>;  // by stream_kind

  log_cursor count(const log_frame& frame);
  verdict found();
  verdict hold(const log_frame& frame, const log_cursor& place);
  [[nodiscard]] bool is_fresh(const log_cursor& place) const;
  [[nodiscard]] bool holds_more_than(std::size_t frames, std::size_t bytes) const;
  void let_stale_go();
  void begin_search();

  std::optional<log_cursor> cursor_;
  places latest_;     // the last frame of each stream: while searching, of this opening
  places at_cursor_;  // while searching: the same, when the cursor was the last frame of all
  bool searching_ = false;
  timestamp youngest_ = 0;  // while searching: of at_cursor_
  std::vector<held_frame> held_;
  std::size_t held_bytes_ = 0;
  std::optional<log_cursor> held_last_;
  std::uint64_t skipped_ = 0;
  std::uint64_t released_ = 0;
};

}  // namespace gantry::engine
