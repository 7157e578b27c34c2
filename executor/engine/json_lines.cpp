#include "executor/engine/json_lines.hpp"

#include "executor/engine/error.hpp"

namespace gantry::engine {

void json_lines::feed(std::string_view bytes) {
  buffer_.erase(0, at_);
  scanned_ -= at_;
  at_ = 0;
  buffer_.append(bytes);
}

result<std::optional<std::string_view>> json_lines::next() {
  while (true) {
    const std::size_t newline = buffer_.find('\n', scanned_);
    const std::size_t end = newline == std::string::npos ? buffer_.size() : newline;
    if (end - at_ > line_bytes_max_) {
      return fault(errc::bad_response, "the engine sent a line of more than " +
                                           std::to_string(line_bytes_max_) + " bytes");
    }
    if (newline == std::string::npos) {
      scanned_ = end;
      return std::nullopt;
    }
    const std::string_view line = std::string_view(buffer_).substr(at_, end - at_);
    at_ = scanned_ = newline + 1;
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) return line;
  }
}

}  // namespace gantry::engine
