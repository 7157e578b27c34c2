#include "executor/engine/log_frame.hpp"

#include "executor/engine/rfc3339.hpp"

namespace gantry::engine {

bool split_stamp(std::string_view in, stamped_text& out) {
  const std::size_t blank = in.substr(0, stamp_bytes_max + 1).find(' ');
  if (blank == std::string_view::npos) return false;
  const auto time = parse_rfc3339_bounded(in.substr(0, blank));
  if (!time) return false;
  out = {*time, in.substr(0, blank + 1), in.substr(blank + 1)};
  return true;
}

bool may_be_stamp(std::string_view in) {
  return in.size() < stamp_bytes_max + 1 &&
         in.find_first_not_of("0123456789-T:.Z+") == std::string_view::npos;
}

}  // namespace gantry::engine
