// A JSON Schema while it is put together: RapidJSON's values, and how two become one.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "model/json.hpp"

namespace gantry::slots {

[[nodiscard]] inline std::string_view text_of(const json::value& text) {
  return {text.GetString(), text.GetStringLength()};
}

// Makes values that live as long as it does.
class schema_draft {
 public:
  [[nodiscard]] static json::value object() { return json::value(rapidjson::kObjectType); }
  [[nodiscard]] json::value copy(const json::value& of) { return json::value(of, memory_); }
  [[nodiscard]] json::value text(std::string_view of);
  [[nodiscard]] json::value list(std::vector<json::value> of);

  // One member of each name.
  void set(json::value& out, std::string_view key, json::value value);
  void set_new(json::value& out, std::string_view key, json::value value);

  // The member "properties", made where there is none.
  [[nodiscard]] json::value& properties_of(json::value& out);
  void require(json::value& out, const json::value& names);

  // `more` holds at the same time: what `out` has stays.
  void merge(json::value& out, json::value more);
  // One of them holds: the type, if it is the same in all, and the properties of each.
  void share(json::value& out, std::vector<json::value> variants);

 private:
  void join_properties(json::value& out, json::value& more);

  json::document::AllocatorType memory_;
};

}  // namespace gantry::slots
