// A container's log, from the bytes of the engine to lines: each line once, however often the
// stream is cut and opened again.
//
// Use, for each run of a container: open the log from since(), and feed() as bytes come. When the
// stream ends in order, ended(); then, and after a failure, reopened() and again from the start.
// An engine may end a followed log before the last lines are in it. So when the container has
// stopped, read the log once more, not following it, and only then finish().
//
// Each line bears its cursor. Whoever stores that of the last line that is safe, and gives it to a
// new decoder after a crash, gets exactly the lines behind it, wherever the streams were cut.
//
// What this cannot do: the log says by time alone where to begin. So with Docker 20.10 a line is
// lost that is stored behind the cursor and stamped more than a second before it: the clock was
// set back. And if the clock was set back by more than overtaking_max, lines may come twice.
//
// A line without a newline is given by finish(), and with that it is over: what comes behind it,
// in the next run of the container, is a line of its own. Without a finish() in between, a crash
// in between included, it is what it looks like in the log: one line.
//
// Plain bytes in, plain lines out: no I/O, no clock.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "executor/engine/line_joiner.hpp"
#include "executor/engine/log_frame.hpp"
#include "executor/engine/log_frame_parser.hpp"
#include "executor/engine/log_resume.hpp"
#include "executor/engine/log_tty_parser.hpp"
#include "model/result.hpp"

namespace gantry::engine {

// How the log of a driver says that a line has ended.
enum class line_ends : std::uint8_t {
  by_newline,
  // Docker's driver `local` keeps no newline behind the last part of a line that was cut: what is
  // shorter than a part is the last.
  by_short_part,
};

class log_decoder {
 public:
  static constexpr std::size_t line_bytes_max_default = 1 << 20;
  // What Docker cuts a line into (moby daemon/logger/copier.go).
  static constexpr std::size_t part_bytes = 16 << 10;

  struct counters {
    std::uint64_t lines = 0;            // given
    std::uint64_t lines_truncated = 0;  // of these, cut at the limit
    std::uint64_t frames_skipped = 0;   // came again after a reopening, and were dropped
    std::uint64_t frames_released = 0;  // given though perhaps duplicates: the cursor was gone
    std::uint64_t unstamped = 0;        // frames without a readable stamp
    std::uint64_t foreign = 0;          // frames that were read past: see log_frame_parser
  };

  // `tty` as inspected: it decides the framing. With a cursor, it goes on there.
  explicit log_decoder(bool tty, std::size_t line_bytes_max = line_bytes_max_default,
                       const std::optional<log_cursor>& cursor = std::nullopt,
                       line_ends ends = line_ends::by_newline);

  // Appends the lines that these bytes complete. Fails as log_frame_parser::next() does, with the
  // lines before the fault given; then only reopened() or finish() may follow.
  [[nodiscard]] result<void> feed(std::string_view bytes, std::vector<log_line>& out);

  // The engine has ended this opening in order. Gives what was held in search of the cursor, if
  // any of it is new: the log was rotated, and the first line says so (gap_before). May also be
  // called when a reopened stream has been silent for a while and searching() is true: an engine
  // sends what it has stored at once.
  void ended(std::vector<log_line>& out);

  // A new stream will be fed, opened with since(). What is pending of lines is kept.
  void reopened();

  // The stream that will be fed has only the end of the log, since an entry before cannot be read.
  // With nothing stored in it (`from_now`) no place is sought. A gap is told as that.
  void reopened_behind_damage(bool from_now, std::vector<log_line>& out);

  // No more is to come of this run: gives all that is there, an unterminated last line as a line.
  // What an opening held in search of the cursor when it broke, all of it old, is not given. Where
  // the opening has not ended in order, a line of whole parts is marked as truncated.
  void finish(std::vector<log_line>& out);

  // Where to open the log: a second before the last frame and before all begun lines; nothing
  // before the first frame. Docker 20.10 applies `since` to every frame, not only to find the
  // first one, and so would keep back a frame that is stamped earlier but stored later: one of
  // the other stream, or the next part of a long line. (Podman reads the number as a double.)
  [[nodiscard]] std::optional<timestamp> since() const;

  [[nodiscard]] bool searching() const { return resume_.searching(); }

  // Behind the last frame: where another decoder goes on with the lines behind those given.
  [[nodiscard]] const log_cursor& cursor() const { return cursor_; }

  [[nodiscard]] counters count() const;

 private:
  void accept(const log_frame& frame, std::vector<log_line>& out);
  void give(const log_frame& frame, const log_place& place, std::vector<log_line>& out);
  void settle(std::vector<log_line>& out);
  void join_again(const std::vector<held_frame>& parts, std::vector<log_line>& out);
  void add(const log_frame& frame, std::vector<log_line>& out);
  void add_rest(const log_frame& rest, bool stamped, std::vector<log_line>& out);
  void close_lines(std::size_t before, std::vector<log_line>& out);
  void note_open(stream_kind stream, const log_place& place);
  void mark(log_line& line);

  std::variant<log_frame_parser, log_tty_parser> parser_;
  log_resume resume_;
  line_joiner joiner_;
  line_ends ends_;
  log_cursor cursor_;
  bool parts_missing_ = false;  // of the cursor's open lines: another decoder had them
  bool ended_ = false;          // the present opening, in order
  bool gap_ = false;            // to be told with the next line
  bool damaged_ = false;        // a gap is of what cannot be read
  std::uint64_t lines_ = 0;
};

}  // namespace gantry::engine
