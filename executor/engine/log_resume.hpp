// How to find a place in a container's log again after the stream was cut.
//
// The engine's `since` goes by time, while stamps may go backwards: stdout and stderr are stamped
// apart, all parts of a long line bear the stamp of the first, and clocks are set. So a place is
// named by a frame, not by a time, and after reopening from some time before it frames are skipped
// up to and including that one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "executor/engine/log_cursor.hpp"
#include "executor/engine/log_frame.hpp"

namespace gantry::engine {

struct held_frame {
  stream_kind stream;
  log_place place;
  std::string text;
  bool fresh;  // younger than the last that was given of its stream
  bool part;   // perhaps of an open line: not let go

  [[nodiscard]] log_frame frame() const { return {stream, place.time, text}; }
};

class log_resume {
 public:
  // What is held in a search. Beyond this, frames that are not fresh are let go: they were given,
  // unless a clock was set back just before the log was rotated. When the fresh ones alone are
  // more than half of it, the cursor counts as gone (the log was rotated or truncated) and what
  // is held is given after all. Rather a duplicate than a loss. The parts of open lines are not
  // counted: they are what a line may have.
  static constexpr std::size_t held_frames_max = 4096;
  static constexpr std::size_t held_bytes_max = 4 << 20;
  // The cursor is gone, too, when a frame is so much younger than all that were given. Without
  // this limit, a few lines after a rotation would wait for thousands more.
  static constexpr timestamp overtaking_max = 10'000'000'000;

  // Does the caller have what was read of the open lines?
  enum class parts { kept, missing };

  enum class verdict {
    deliver,   // a new frame, at place()
    withhold,  // a frame of the past, or perhaps: now take the next
    settled,   // the search is over, one way or the other: do what release() says
  };

  struct findings {
    bool gone = false;               // the cursor is not in the log
    bool gap = false;                // frames may be missing that nobody was given
    std::vector<held_frame> parts;   // of open lines, if asked for: to be joined again
    std::vector<held_frame> frames;  // behind the cursor, to be delivered, in their order
  };

  // Another stream begins, opened before the cursor: what was given already comes again.
  void search(const log_cursor& cursor, parts open_lines);

  [[nodiscard]] verdict take(const log_frame& frame);

  // Of the frame that was just taken.
  [[nodiscard]] const log_place& place() const { return place_; }

  // Ends a search.
  [[nodiscard]] findings release();

  [[nodiscard]] bool searching() const { return searching_; }

  // Is anything held? Anything that was surely not given before?
  [[nodiscard]] bool holds_any() const { return !held_.empty(); }
  [[nodiscard]] bool holds_fresh() const;

  // Frames that came again and were dropped.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }
  // Frames given though they may be duplicates, because the cursor was not found.
  [[nodiscard]] std::uint64_t released() const { return released_; }

 private:
  using iterator = std::vector<held_frame>::iterator;

  void count(const log_frame& frame);
  verdict hold(const log_frame& frame);
  iterator behind_shifted_cursor(findings& out);
  void take_parts(iterator end, findings& out);
  iterator find_begin(iterator end, stream_kind stream, const log_place& place);
  [[nodiscard]] const open_line* sought_line(stream_kind stream) const;
  [[nodiscard]] bool is_part(const log_frame& frame, bool fresh);
  [[nodiscard]] bool is_fresh(stream_kind stream) const;
  [[nodiscard]] bool holds_more_than(std::size_t frames, std::size_t bytes) const;
  void let_stale_go();

  log_place place_;
  of_each_stream<std::optional<log_place>> latest_;  // the last frame of each, in this opening
  std::uint64_t skipped_ = 0;
  std::uint64_t released_ = 0;

  bool searching_ = false;  // what follows is of the search
  log_cursor sought_;
  bool found_ = false;
  parts open_lines_ = parts::kept;
  timestamp youngest_ = 0;             // of all that were given
  of_each_stream<bool> begin_seen_{};  // of the open line
  std::vector<held_frame> held_;
  std::size_t held_parts_ = 0;
  std::size_t held_bytes_ = 0;  // without parts
};

}  // namespace gantry::engine
