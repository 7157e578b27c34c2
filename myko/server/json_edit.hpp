// Reading a JSON tree, and changing it in place.
#pragma once

#include <string>
#include <string_view>

#include "model/json.hpp"

namespace gantry::myko {

// Calls `visit` with every member of an object, which it may change but not add to or remove.
template <typename Visit>
void for_each_member(json::value& object, Visit visit) {
  // Not a range-for: C++20 finds != of RapidJSON's mutable iterators ambiguous.
  for (auto each = object.MemberBegin(); each < object.MemberEnd(); ++each) visit(*each);
}

// The value at `key`, valid until a member is added or removed; null: none, or no object.
[[nodiscard]] inline json::value* find_mutable(json::value& object, std::string_view key) {
  json::value* found = nullptr;
  if (!object.IsObject()) return found;
  for_each_member(object, [&](json::value::Member& each) {
    const std::string_view name(each.name.GetString(), each.name.GetStringLength());
    if (found == nullptr && name == key) found = &each.value;
  });
  return found;
}

// The text at `key`; empty: none, or no text.
[[nodiscard]] inline std::string text_at(const json::value& object, std::string_view key) {
  return std::string(json::find_string(object, key).value_or(""));
}

// Where the key is already, it keeps its place.
inline void set_text(json::value& object, std::string_view key, std::string_view text,
                     json::document::AllocatorType& memory) {
  const auto string = [&](std::string_view from) {
    return json::value(from.data(), static_cast<rapidjson::SizeType>(from.size()), memory);
  };
  if (json::value* found = find_mutable(object, key)) {
    *found = string(text);
  } else {
    object.AddMember(string(key), string(text), memory);
  }
}

}  // namespace gantry::myko
