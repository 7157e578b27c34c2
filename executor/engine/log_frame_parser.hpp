// The multiplexed log stream of a container without a terminal, taken apart into frames.
//
// Source: moby api/pkg/stdcopy/stdcopy.go: {type, 0, 0, 0, length BE32}, then `length` bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "executor/engine/log_frame.hpp"
#include "model/result.hpp"

namespace gantry::engine {

class log_frame_parser {
 public:
  // Engines cut lines at 16 KiB and no log driver stores messages of more than 1 MB.
  static constexpr std::size_t frame_bytes_max = 4 << 20;

  // A header that says more is none: whoever believed it would be deaf for gigabytes.
  static constexpr std::size_t read_past_bytes_max = 64 << 20;

  // Takes bytes as they came, cut anywhere. Views of earlier frames end here.
  void feed(std::string_view bytes);

  // The next whole frame; nothing until more bytes come. What is longer than the limit, or of a
  // type that we do not know, is read past. Where bytes are no frames at all, the next frame that
  // begins with a stamp is sought. Fails with engine_error where the engine reports an error inside
  // the stream; after a failure only reset() helps.
  [[nodiscard]] result<std::optional<log_frame>> next();

  // Forgets an unfinished frame: the stream ended, and another begins.
  void reset();

  // Frames without a readable stamp. Of an engine that puts none in front of lines they are given,
  // with a time of 0; behind one that has a stamp they are read past.
  [[nodiscard]] std::uint64_t unstamped() const { return unstamped_; }
  // Frames, and runs of bytes that are no frames, that were read past.
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }

 private:
  enum class place {
    found,
    none,       // it cannot begin here
    undecided,  // not without more bytes
  };

  // False: more bytes are needed.
  bool read_past();
  bool find_frame();
  static place frame_at(std::string_view bytes);

  std::string buffer_;
  std::size_t at_ = 0;         // what is before is done with
  std::uint64_t to_skip_ = 0;  // so many bytes from there belong to a frame that is read past
  bool is_lost_ = false;       // where the next frame begins is not known
  timestamp last_time_ = 0;
  std::uint64_t unstamped_ = 0;
  std::uint64_t skipped_ = 0;
};

}  // namespace gantry::engine
