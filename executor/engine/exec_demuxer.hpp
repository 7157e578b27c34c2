// The multiplexed output of a program, sorted into two bounded texts.
//
// Source: as log_frame_parser, but without stamps, and nothing is held back: a program may print
// half a frame and wait.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "executor/engine/exec_types.hpp"
#include "executor/engine/stream_header.hpp"
#include "model/result.hpp"

namespace gantry::engine {

class exec_demuxer {
 public:
  // `bytes_max` is of each stream; what is beyond it is counted and dropped.
  explicit exec_demuxer(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Takes bytes as they came. Frames of a type that we do not know are read past. Fails with
  // bad_response where the bytes are no frames, since nothing tells where one would begin, and with
  // engine_error where the engine reports an error inside the stream.
  [[nodiscard]] result<void> feed(std::string_view bytes);

  // The stream ended. Fails with disconnected in the middle of a frame.
  [[nodiscard]] result<void> end() const;

  [[nodiscard]] const exec_output& output() const { return output_; }
  [[nodiscard]] std::uint64_t skipped() const { return skipped_; }  // frames that were read past

 private:
  [[nodiscard]] result<void> read_header();
  void take(std::string_view payload);

  std::size_t bytes_max_;
  exec_output output_;
  std::string header_;    // of the frame that begins
  std::size_t left_ = 0;  // of the present frame's payload
  frame_type type_ = frame_type::stdout_frame;
  bool skips_ = false;  // the present frame
  std::uint64_t skipped_ = 0;
  std::string error_;  // of the engine, in a frame of its own
};

}  // namespace gantry::engine
