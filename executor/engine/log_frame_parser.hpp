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
  // Engines cut lines at 16 KiB and no log driver stores messages of more than 1 MB: a longer
  // frame means that what we read is no multiplexed stream.
  static constexpr std::size_t frame_bytes_max = 4 << 20;

  // Takes bytes as they came, cut anywhere. Views of earlier frames end here.
  void feed(std::string_view bytes);

  // The next whole frame; nothing until more bytes come. Fails with engine_error where the engine
  // reports an error inside the stream, and with bad_response where the bytes are no frames;
  // after a failure only reset() helps.
  [[nodiscard]] result<std::optional<log_frame>> next();

  // Forgets an unfinished frame: the stream ended, and another begins.
  void reset();

  // Frames without a readable stamp. They are given the time of the frame before.
  [[nodiscard]] std::uint64_t unstamped() const { return unstamped_; }

 private:
  log_frame make_frame(stream_kind stream, std::string_view payload);

  std::string buffer_;
  std::size_t at_ = 0;  // what is before is done with
  timestamp last_time_ = 0;
  std::uint64_t unstamped_ = 0;
};

}  // namespace gantry::engine
