// The header of a frame, into which engines cut the output of a program without a terminal.
//
// Source: Docker Engine API, "Attach to a container", stream format; type 3 is that of
// moby/pkg/stdcopy: an error of the engine itself.
#pragma once

#include <cstddef>
#include <string_view>

namespace gantry::engine {

enum class frame_type : unsigned char { stdin_frame, stdout_frame, stderr_frame, engine_error };

struct stream_header {
  static constexpr std::size_t bytes = 8;

  frame_type type = frame_type::stdout_frame;
  bool is_header = false;  // as far as one can see: three bytes are zero
  bool is_known = false;   // and the type is one of ours
  std::size_t length = 0;  // of what follows
};

// Of an engine's error, so much is repeated.
inline constexpr std::size_t frame_error_bytes_max = 1024;

// `bytes` are at least stream_header::bytes.
[[nodiscard]] inline stream_header read_stream_header(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  const auto last = static_cast<unsigned char>(frame_type::engine_error);
  stream_header out;
  out.type = frame_type(byte(0));
  out.is_header = byte(1) == 0 && byte(2) == 0 && byte(3) == 0;
  out.is_known = out.is_header && byte(0) <= last;
  out.length = (std::size_t{byte(4)} << 24) | (std::size_t{byte(5)} << 16) |
               (std::size_t{byte(6)} << 8) | std::size_t{byte(7)};
  return out;
}

}  // namespace gantry::engine
