#include "myko/server/frame_rules.hpp"

#include "model/json_check.hpp"

namespace gantry::myko {

std::optional<std::string> frame_fault(std::string_view frame) {
  const auto demands = json::check(frame);
  if (!demands) return demands.error().message;
  if (demands->depth > nesting_max) return "a frame that is nested too deeply";
  if (!demands->finite) return "a frame with a number that no double holds";
  return std::nullopt;
}

}  // namespace gantry::myko
