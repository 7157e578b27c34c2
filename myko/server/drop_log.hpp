// What a server says of what it drops: clients are told nothing, so its log has to.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace gantry::myko {

// Each reason is told once: an executor that sends a bad item sends it again and again.
class drop_log {
 public:
  static constexpr std::size_t reasons_max = 1'000;   // the next is the last: more are not told
  static constexpr std::size_t text_bytes_max = 300;  // what is longer is cut

  // The line to write now, if there is one. It holds no control characters, whatever `reason` does.
  [[nodiscard]] std::optional<std::string> line_for(std::string_view reason);

 private:
  std::set<std::string> told_;
};

}  // namespace gantry::myko
