#include "executor/outbox/json_line.hpp"

#include <algorithm>
#include <string_view>

#include "model/json.hpp"

namespace gantry::outbox {
namespace {

// Servers drop a whole message that is nested deeper than they read; many read 128 levels.
constexpr int json_depth_max = 64;

bool is_deeper_than(const json::value& value, int most) {
  if (!value.IsArray() && !value.IsObject()) return false;
  if (most == 0) return true;
  if (value.IsArray()) {
    const auto elements = value.GetArray();
    return std::any_of(elements.begin(), elements.end(),
                       [most](const auto& each) { return is_deeper_than(each, most - 1); });
  }
  const auto members = value.GetObject();
  return std::any_of(members.begin(), members.end(),
                     [most](const auto& each) { return is_deeper_than(each.value, most - 1); });
}

// As written, but that a half of a surrogate pair is no valid JSON, and json::parse() repairs it.
json::text valid_text(const std::string& line, const json::value& value) {
  if (line.find("\\u") == std::string::npos) return {line};
  return {json::write(value)};
}

}  // namespace

std::optional<json::text> as_json(const std::string& line) {
  const auto first = line.find_first_not_of(" \t");
  if (first == std::string::npos) return std::nullopt;
  // Nearly all lines are ruled out by their first character, without a parser.
  constexpr std::string_view starts = "{[\"-0123456789tfn";
  if (starts.find(line[first]) == std::string_view::npos) return std::nullopt;
  const auto parsed = json::parse(line);
  if (!parsed || is_deeper_than(*parsed, json_depth_max)) return std::nullopt;
  return valid_text(line, *parsed);
}

}  // namespace gantry::outbox
