#include "executor/engine/json_fields.hpp"

#include "executor/engine/error.hpp"
#include "executor/engine/rfc3339.hpp"
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

bool flag_at(const json::value& object, std::string_view key) {
  const json::value* found = json::find(object, key);
  return found != nullptr && found->IsBool() && found->GetBool();
}

timestamp time_at(const json::value& object, std::string_view key) {
  return parse_rfc3339(string_at(object, key)).value_or(0);
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
    out.emplace(std::string(name.GetString(), name.GetStringLength()),
                std::string(value.GetString(), value.GetStringLength()));
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

failure not_understood(std::string_view what, std::string_view why) {
  return fault(errc::bad_response,
               "the engine's " + std::string(what) + " is not understood: " + std::string(why));
}

}  // namespace gantry::engine
