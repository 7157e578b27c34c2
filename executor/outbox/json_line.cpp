#include "executor/outbox/json_line.hpp"

#include <string_view>

#include "model/json_check.hpp"

namespace gantry::outbox {
namespace {

// Servers drop a whole message that is nested deeper than they read; many read 128 levels.
constexpr std::size_t json_depth_max = 64;

}  // namespace

std::optional<json::text> as_json(const std::string& line) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string::npos) return std::nullopt;
  // Nearly all lines are ruled out by their first character, without a parser.
  constexpr std::string_view starts = "{[\"-0123456789tfn";
  if (starts.find(line[first]) == std::string_view::npos) return std::nullopt;
  const auto demands = json::check(line);
  if (!demands || !demands->finite || demands->depth > json_depth_max) return std::nullopt;
  return json::text{line};
}

}  // namespace gantry::outbox
