#include "myko/session/machine_row.hpp"

#include <algorithm>
#include <array>

#include "model/json.hpp"

namespace gantry::myko {
namespace {

bool has_value(const json::value& member) {
  if (member.IsString()) return member.GetStringLength() > 0;
  if (member.IsArray()) return !member.Empty();
  if (member.IsObject()) return !member.ObjectEmpty();
  return !member.IsNull();
}

bool is_the_servers(std::string_view name) {
  static constexpr std::array names{"id", "hash", "clientId"};
  return std::ranges::find(names, name) != names.end();
}

// Has `item` this member with this value? Nothing: it is no object.
bool has(const std::optional<json::document>& item, std::string_view name,
         const json::value& value) {
  if (!item) return false;
  const json::value* const found = json::find(*item, name);
  return found != nullptr && json::canonical(*found) == json::canonical(value);
}

std::optional<json::document> object_of(const std::optional<json::text>& text) {
  if (!text) return std::nullopt;
  auto parsed = json::parse(text->bytes);
  if (!parsed || !parsed->IsObject()) return std::nullopt;
  return *std::move(parsed);
}

}  // namespace

std::vector<std::string> values_of_others(const json::text& row,
                                          const std::optional<json::text>& last_sent,
                                          const json::text& ours) {
  std::vector<std::string> out;
  const auto there = object_of(row);
  if (!there) return out;
  const auto before = object_of(last_sent);
  const auto now = object_of(ours);
  for (const auto& each : there->GetObject()) {
    const std::string_view name(each.name.GetString(), each.name.GetStringLength());
    if (is_the_servers(name) || !has_value(each.value)) continue;
    if (!has(before, name, each.value) && !has(now, name, each.value)) out.emplace_back(name);
  }
  return out;
}

}  // namespace gantry::myko
