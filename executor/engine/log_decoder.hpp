// A container's log, from the bytes of the engine to lines: each line once, however often the
// stream is cut and opened again.
//
// Use, for each run of a container: open the log from since(), and feed() as bytes come. When the
// stream ends in order, ended(); then, and after a failure, reopened() and again from the start.
// An engine may end a followed log before the last lines are in it. So when the container has
// stopped, read the log once more, not following it, and only then finish().
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

class log_decoder {
 public:
  static constexpr std::size_t line_bytes_max_default = 1 << 20;

  struct counters {
    std::uint64_t lines = 0;            // given
    std::uint64_t lines_truncated = 0;  // of these, cut at the limit
    std::uint64_t frames_skipped = 0;   // came again after a reopening, and were dropped
    std::uint64_t frames_released = 0;  // given though perhaps duplicates: the cursor was gone
    std::uint64_t unstamped = 0;        // frames without a readable stamp
  };

  // `tty` as inspected: it decides the framing. `cursor`, from an earlier decoder's cursor(),
  // goes on where that one was.
  explicit log_decoder(bool tty, std::size_t line_bytes_max = line_bytes_max_default,
                       std::optional<log_cursor> cursor = std::nullopt);

  // Appends the lines that these bytes complete. Fails as log_frame_parser::next() does, with the
  // lines before the fault given; then only reopened() or finish() may follow.
  [[nodiscard]] result<void> feed(std::string_view bytes, std::vector<log_line>& out);

  // The engine has ended this opening in order. Gives what was held in search of the cursor, if
  // any of it is new: the log was rotated. May also be called when a reopened stream has been
  // silent for a while and searching() is true: an engine sends what it has stored at once.
  void ended(std::vector<log_line>& out);

  // A new stream will be fed, opened with since(). What is pending of lines is kept.
  void reopened();

  // No more is to come: gives all that is there, an unterminated last line as a line.
  void finish(std::vector<log_line>& out);

  // Where to open the log: a second before the last frame and before all begun lines; nothing
  // before the first frame. Docker 20.10 applies `since` to every frame, not only to find the
  // first one, and so would keep back a frame that is stamped earlier but stored later: one of
  // the other stream, or the next part of a long line. (Podman reads the number as a double.)
  [[nodiscard]] std::optional<timestamp> since() const;

  [[nodiscard]] bool searching() const { return resume_.searching(); }

  // Where another decoder can go on without a loss, to be stored with the lines given so far: the
  // last frame behind which no begun line was pending. So it may lie a little before since().
  [[nodiscard]] const std::optional<log_cursor>& cursor() const { return cursor_; }

  [[nodiscard]] counters count() const;

 private:
  void accept(const log_frame& frame, std::vector<log_line>& out);
  void give(const log_frame& frame, std::vector<log_line>& out);
  void give_held(std::vector<log_line>& out);

  std::variant<log_frame_parser, log_tty_parser> parser_;
  log_resume resume_;
  line_joiner joiner_;
  std::optional<log_cursor> cursor_;
  std::uint64_t lines_ = 0;
};

}  // namespace gantry::engine
