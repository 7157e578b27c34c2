#include "executor/fleet/pattern_limit.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "executor/fleet/data_reasons.hpp"

namespace gantry::fleet {
namespace {

// Of a name in a pointer; a longer one is cut.
constexpr std::size_t shown_bytes_max = 100;
constexpr std::array<std::string_view, 3> matched_formats{"date", "time", "date-time"};

std::string_view text_of(const json::value& text) {
  return {text.GetString(), text.GetStringLength()};
}

bool is_pattern(std::string_view name, const json::value& value) {
  // A property of the data that is called so has a schema, which is no string.
  if (name == "pattern") return value.IsString();
  if (name == "format") {  // the others are not checked, or by hand
    return value.IsString() && std::ranges::count(matched_formats, text_of(value)) > 0;
  }
  return name == "patternProperties" && value.IsObject() && !value.ObjectEmpty();
}

std::string refusal(const std::string& place, const char* what, std::size_t size) {
  return place + ": " + what + " of " + std::to_string(size) + " bytes; at most " +
         std::to_string(matched_bytes_max) + " are taken, since the schema checks text by patterns";
}

std::optional<std::string> find_too_long(const json::value& data, const std::string& place) {
  if (data.IsString() && data.GetStringLength() > matched_bytes_max) {
    return refusal(place, "a text", data.GetStringLength());
  }
  if (data.IsArray()) {
    std::size_t at = 0;
    for (const json::value& each : data.GetArray()) {
      if (auto found = find_too_long(each, place + "/" + std::to_string(at++))) return found;
    }
  } else if (data.IsObject()) {
    for (const auto& each : data.GetObject()) {
      const std::string_view name = text_of(each.name);
      if (name.size() > matched_bytes_max) return refusal(place, "a name", name.size());
      if (auto found = find_too_long(each.value,
                                     place + "/" + pointer_token(name.substr(0, shown_bytes_max))))
        return found;
    }
  }
  return std::nullopt;
}

}  // namespace

bool has_patterns(const json::value& schema) {
  if (schema.IsArray()) return std::ranges::any_of(schema.GetArray(), has_patterns);
  if (!schema.IsObject()) return false;
  return std::ranges::any_of(schema.GetObject(), [](const auto& each) {
    return is_pattern(text_of(each.name), each.value) || has_patterns(each.value);
  });
}

std::optional<std::string> find_unmatchable(const json::value& data) {
  return find_too_long(data, "data");
}

}  // namespace gantry::fleet
