// The raw log stream of a container with a terminal, taken apart into frames.
//
// There is no framing: stamped lines one after the other. Where the engine has cut a line a stamp
// stands inside it. Docker, which cuts at 16 KiB, repeats the line's own. Podman cuts wherever its
// reading of the terminal ended, at some 4 KiB of a long line, and gives each part the time when it
// was read. What the container itself prints of times is left alone: it is earlier than the stamp
// before it, or written otherwise than that. So a stamp inside is one that is written alike and up
// to a minute later. A frame here is what is between two stamps, so that frames are the same
// however the bytes arrive.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "executor/engine/log_frame.hpp"

namespace gantry::engine {

class log_tty_parser {
 public:
  // A part beyond this is cut here, since nothing says that its end will ever come.
  static constexpr std::size_t part_bytes_max = 1 << 20;

  // Takes bytes as they came, cut anywhere. Views of earlier frames end here.
  void feed(std::string_view bytes);

  // The next whole frame; nothing until more bytes come.
  [[nodiscard]] std::optional<log_frame> next();

  // What is there of an unfinished last frame, at the end of all; nothing of half a stamp, behind
  // which no text was seen. Its view ends with the next call of any function.
  [[nodiscard]] std::optional<log_frame> rest();

  // Did the last frame bear a stamp? What does not is the engine's, and not in its log.
  [[nodiscard]] bool stamped() const { return !stamp_.empty(); }

  // Forgets an unfinished frame: the stream ended, and another begins.
  void reset();

  // Lines without a readable stamp. They are given the time of the line before.
  [[nodiscard]] std::uint64_t unstamped() const { return unstamped_; }

 private:
  enum class state {
    stamp,  // at the begin of a part, before its stamp
    text,   // behind the stamp
  };

  void read_stamp(std::string_view rest);
  // Where the next part of the line begins, in what was not scanned of its text.
  [[nodiscard]] std::size_t next_stamp(std::string_view text) const;
  [[nodiscard]] bool begins_part(std::string_view text) const;
  [[nodiscard]] log_frame take(std::size_t bytes);

  std::string buffer_;
  std::size_t at_ = 0;       // what is before is done with
  std::size_t scanned_ = 0;  // so many bytes of the text are known not to end the part
  state state_ = state::stamp;
  std::string stamp_;  // of the present part, with its blank; empty if it has none
  timestamp time_ = 0;
  std::uint64_t unstamped_ = 0;
};

}  // namespace gantry::engine
