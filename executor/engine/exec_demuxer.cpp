#include "executor/engine/exec_demuxer.hpp"

#include <algorithm>

#include "executor/engine/error.hpp"
#include "executor/engine/utf8.hpp"

namespace gantry::engine {
namespace {

constexpr std::size_t header_bytes = 8;
constexpr std::size_t error_bytes_max = 1024;  // of an engine's error that we repeat

enum frame_type : unsigned char { stdin_frame, stdout_frame, stderr_frame, error_frame };

void append_bounded(std::string& text, std::uint64_t& dropped, std::string_view more,
                    std::size_t bytes_max) {
  const std::size_t room = bytes_max - std::min(bytes_max, text.size());
  text.append(more.substr(0, room));
  dropped += more.size() - std::min(room, more.size());
}

}  // namespace

result<void> exec_demuxer::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (left_ == 0) {
      const std::size_t missing = std::min(header_bytes - header_.size(), bytes.size());
      header_.append(bytes.substr(0, missing));
      bytes.remove_prefix(missing);
      if (header_.size() < header_bytes) break;
      auto begun = read_header();
      if (!begun) return begun;
      continue;
    }
    const std::string_view payload = bytes.substr(0, left_);
    bytes.remove_prefix(payload.size());
    left_ -= payload.size();
    take(payload);
    if (left_ == 0 && type_ == error_frame) {
      return fault(errc::engine_error,
                   "the engine cannot go on with the output: " + visible_utf8(error_));
    }
  }
  return {};
}

result<void> exec_demuxer::read_header() {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(header_[at]); };
  type_ = byte(0);
  const bool valid = type_ <= error_frame && byte(1) == 0 && byte(2) == 0 && byte(3) == 0;
  left_ = (std::size_t{byte(4)} << 24) | (std::size_t{byte(5)} << 16) |
          (std::size_t{byte(6)} << 8) | std::size_t{byte(7)};
  header_.clear();
  if (!valid) return fault(errc::bad_response, "the program's output is no multiplexed stream");
  return {};
}

void exec_demuxer::take(std::string_view payload) {
  std::uint64_t unused = 0;
  if (type_ == error_frame) {
    append_bounded(error_, unused, payload, error_bytes_max);
  } else if (type_ == stderr_frame) {
    append_bounded(output_.err, output_.err_dropped, payload, bytes_max_);
  } else {
    append_bounded(output_.out, output_.out_dropped, payload, bytes_max_);
  }
}

result<void> exec_demuxer::end() const {
  if (left_ == 0 && header_.empty()) return {};
  return fault(errc::disconnected, "the engine closed the connection amid the program's output");
}

}  // namespace gantry::engine
