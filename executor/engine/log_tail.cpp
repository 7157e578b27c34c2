#include "executor/engine/log_tail.hpp"

namespace gantry::engine {

log_tail make_tail(const log_frame& given) {
  return {given.time, static_cast<std::uint32_t>(given.text.size()), digest_of(given.text)};
}

std::optional<tail_rest> behind_tail(const log_tail& tail, const log_frame& frame) {
  if (frame.time != tail.time || frame.text.size() < tail.bytes) return std::nullopt;
  if (digest_of(frame.text.substr(0, tail.bytes)) != tail.digest) return std::nullopt;
  const std::string_view rest = frame.text.substr(tail.bytes);
  stamped_text parts;
  if (!split_stamp(rest, parts)) {
    // The same line: it was given as a line, and its newline makes no other.
    const bool only_end = rest == "\n" || rest == "\r\n";
    return tail_rest{frame.time, only_end ? "" : std::string(rest)};
  }
  // A long line has its stamp inside, too, which the parser could not know.
  tail_rest out{parts.time, std::string(parts.text)};
  for (std::size_t at = 0; (at = out.text.find(parts.stamp, at)) != std::string::npos;) {
    out.text.erase(at, parts.stamp.size());
  }
  return out;
}

}  // namespace gantry::engine
