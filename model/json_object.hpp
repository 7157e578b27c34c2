// Writes one JSON object, member by member.
#pragma once

#include <concepts>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "model/json_types.hpp"

namespace gantry::json {

// The text as a JSON string, quotes included. `text` is UTF-8.
[[nodiscard]] std::string quoted(std::string_view text);

// The object with one member more, in front of the others; `of` is the text of an object that has
// none of that name.
[[nodiscard]] text with_member(const text& of, std::string_view key, const text& value);

// Members come out sorted by key, whatever the order of the calls. Keys must outlive the object:
// they are literals. A second set() of one key replaces the first.
class object {
 public:
  object& set(std::string_view key, const text& value);
  object& set(std::string_view key, std::string_view value);
  object& set(std::string_view key, const object& value) { return set(key, value.to_text()); }
  // Templates, since a string literal would rather become a bool than a string_view.
  template <std::same_as<bool> Bool>
  object& set(std::string_view key, Bool value) {
    return set_raw(key, value ? "true" : "false");
  }
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) object& set(std::string_view key, Integer value) {
    return set_raw(key, std::to_string(value));
  }
  object& set_null(std::string_view key) { return set_raw(key, "null"); }

  // A list of strings, or of ids.
  template <typename Strings>
  object& set_list(std::string_view key, const Strings& strings) {
    std::string out = "[";
    for (const auto& each : strings) {
      if (out.size() > 1) out += ',';
      if constexpr (requires { each.value; }) {
        out += json::quoted(each.value);
      } else {
        out += json::quoted(each);
      }
    }
    return set_raw(key, out + "]");
  }

  void erase(std::string_view key) { members_.erase(key); }

  [[nodiscard]] text to_text() const;

 private:
  object& set_raw(std::string_view key, std::string value);

  std::map<std::string_view, std::string> members_;
};

}  // namespace gantry::json
