#include "executor/engine/json_fields.hpp"

#include <algorithm>
#include <utility>

#include "executor/engine/error.hpp"
#include "executor/engine/rfc3339.hpp"
#include "executor/engine/utf8.hpp"
#include "model/json.hpp"

namespace gantry::engine {

std::string string_at(const json::value& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(""));
}

std::int64_t integer_at(const json::value& object, std::string_view key) {
  const json::value* found = json::find(object, key);
  return found != nullptr && found->IsInt64() ? found->GetInt64() : 0;
}

std::uint64_t counter_at(const json::value& object, std::string_view key) {
  const json::value* found = json::find(object, key);
  return found != nullptr && found->IsUint64() ? found->GetUint64() : 0;
}

int int_at(const json::value& object, std::string_view key) {
  const std::int64_t out = integer_at(object, key);
  return std::in_range<int>(out) ? static_cast<int>(out) : 0;
}

bool flag_at(const json::value& object, std::string_view key) {
  const json::value* found = json::find(object, key);
  return found != nullptr && found->IsBool() && found->GetBool();
}

timestamp time_at(const json::value& object, std::string_view key) {
  return parse_rfc3339(string_at(object, key)).value_or(0);
}

timestamp nanos_at(const json::value& object, std::string_view key) {
  return std::clamp<timestamp>(integer_at(object, key), 0, time_max);
}

timestamp seconds_at(const json::value& object, std::string_view key) {
  const std::int64_t seconds = integer_at(object, key);
  return std::clamp<timestamp>(seconds, 0, time_max / nanos_per_second) * nanos_per_second;
}

const json::value& member(const json::value& object, std::string_view key) {
  static const json::value null;
  const json::value* found = json::find(object, key);
  return found == nullptr ? null : *found;
}

std::map<std::string, std::string> strings(const json::value& object) {
  std::map<std::string, std::string> out;
  if (!object.IsObject()) return out;  // Go writes an empty map as null
  for (const auto& [name, value] : object.GetObject()) {
    if (!value.IsString()) continue;
    out.emplace(cut_utf8(std::string(name.GetString(), name.GetStringLength()), label_bytes_max),
                cut_utf8(std::string(value.GetString(), value.GetStringLength()), label_bytes_max));
  }
  return out;
}

std::vector<std::string> string_list(const json::value& list) {
  std::vector<std::string> out;
  if (!list.IsArray()) return out;
  for (const json::value& each : list.GetArray()) {
    if (each.IsString()) out.emplace_back(each.GetString(), each.GetStringLength());
  }
  return out;
}

bool is_plain_name(std::string_view text) {
  constexpr std::size_t bytes_max = 255;
  return !text.empty() && text.size() <= bytes_max && std::ranges::all_of(text, [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') ||
           std::string_view("_.:-").find(byte) != std::string_view::npos;
  });
}

failure not_understood(std::string_view what, std::string_view why) {
  return fault(errc::bad_response,
               "the engine's " + std::string(what) + " is not understood: " + std::string(why));
}

}  // namespace gantry::engine
