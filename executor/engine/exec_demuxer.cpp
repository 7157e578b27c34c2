#include "executor/engine/exec_demuxer.hpp"

#include <algorithm>

#include "executor/engine/error.hpp"
#include "executor/engine/utf8.hpp"

namespace gantry::engine {
namespace {

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
      const std::size_t missing = std::min(stream_header::bytes - header_.size(), bytes.size());
      header_.append(bytes.substr(0, missing));
      bytes.remove_prefix(missing);
      if (header_.size() < stream_header::bytes) break;
      auto begun = read_header();
      if (!begun) return begun;
      continue;
    }
    const std::string_view payload = bytes.substr(0, left_);
    bytes.remove_prefix(payload.size());
    left_ -= payload.size();
    take(payload);
    if (left_ == 0 && !skips_ && type_ == frame_type::engine_error) {
      return fault(errc::engine_error,
                   "the engine cannot go on with the output: " + visible_utf8(error_));
    }
  }
  return {};
}

result<void> exec_demuxer::read_header() {
  const stream_header header = read_stream_header(header_);
  header_.clear();
  type_ = header.type;
  left_ = header.length;
  skips_ = header.is_header && !header.is_known;
  if (skips_) ++skipped_;
  if (!header.is_header)
    return fault(errc::bad_response, "the program's output is no multiplexed stream");
  return {};
}

void exec_demuxer::take(std::string_view payload) {
  if (skips_) return;
  std::uint64_t unused = 0;
  if (type_ == frame_type::engine_error) {
    append_bounded(error_, unused, payload, frame_error_bytes_max);
  } else if (type_ == frame_type::stderr_frame) {
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
