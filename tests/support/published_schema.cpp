#include "tests/support/published_schema.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <vector>

#include "model/json.hpp"

namespace gantry::test {
namespace {

using problem = std::optional<std::string>;

constexpr std::array<std::string_view, 7> types{"array",  "boolean", "integer", "null",
                                                "number", "object",  "string"};
constexpr std::array<std::string_view, 19> never{"$defs",
                                                 "$ref",
                                                 "additionalItems",
                                                 "additionalProperties",
                                                 "allOf",
                                                 "anyOf",
                                                 "contains",
                                                 "definitions",
                                                 "dependencies",
                                                 "dependentRequired",
                                                 "dependentSchemas",
                                                 "else",
                                                 "if",
                                                 "not",
                                                 "patternProperties",
                                                 "prefixItems",
                                                 "propertyNames",
                                                 "then",
                                                 "unevaluatedProperties"};
constexpr std::size_t title_characters_max = 40;
constexpr int depth_max = 20;  // of schemas; a frame may have 128 levels of JSON

std::string_view text_of(const json::value& text) {
  return {text.GetString(), text.GetStringLength()};
}

std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char each) { return (static_cast<unsigned char>(each) & 0xC0U) != 0x80U; }));
}

problem type_problem(const json::value& type) {
  if (!type.IsString()) return "type must be one string";
  if (std::ranges::count(types, text_of(type)) == 0) return "there is no type " + json::write(type);
  return std::nullopt;
}

problem title_problem(const json::value& title) {
  if (!title.IsString()) return "title must be a string";
  const std::size_t characters = characters_in(text_of(title));
  if (characters >= 1 && characters <= title_characters_max) return std::nullopt;
  return "title has " + std::to_string(characters) + " characters";
}

problem required_problem(const json::value& names) {
  const auto is_text = [](const json::value& each) { return each.IsString(); };
  if (names.IsArray() && std::all_of(names.Begin(), names.End(), is_text)) return std::nullopt;
  return "required must be a list of names";
}

// Cores make a drop-down of it, of its texts.
problem choice_problem(const json::value& schema, const json::value& choices) {
  const json::value* const values = json::find(schema, "enum");
  if (!choices.IsArray() || choices.Empty()) return "oneOf must be a list";
  if (values == nullptr || !values->IsArray()) return "oneOf stands without enum";
  if (values->Size() != choices.Size()) return "oneOf and enum differ";
  for (rapidjson::SizeType each = 0; each < choices.Size(); ++each) {
    const auto constant = json::find_string(choices[each], "const");
    const json::value* const title = json::find(choices[each], "title");
    if (!constant || title == nullptr || choices[each].MemberCount() != 2) {
      return "oneOf is no list of {const, title} with texts";
    }
    if (auto wrong = title_problem(*title)) return wrong;
    if (!(*values)[each].IsString() || text_of((*values)[each]) != *constant) {
      return "oneOf and enum differ";
    }
  }
  return std::nullopt;
}

class checker {
 public:
  explicit checker(descriptions described) : described_(described) {}

  [[nodiscard]] problem check(const json::value& schema, const std::string& path, int depth) const {
    if (!schema.IsObject()) return path + ": a schema must be an object";
    if (depth > depth_max) return path + ": too deep";
    std::set<std::string_view> seen;
    for (const auto& each : schema.GetObject()) {
      const std::string_view name = text_of(each.name);
      if (!seen.insert(name).second) return path + ": " + std::string(name) + " twice";
      if (auto wrong = keyword_problem(schema, name, each.value, depth)) {
        return path + ": " + *wrong;
      }
      if (auto wrong = inner_problem(name, each.value, path, depth)) return wrong;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] problem keyword_problem(const json::value& schema, std::string_view name,
                                        const json::value& value, int depth) const {
    if (std::ranges::count(never, name) > 0) return std::string(name) + " is not for all cores";
    if (name == "type") return type_problem(value);
    if (name == "title") return title_problem(value);
    if (name == "enum" && !value.IsArray()) return "enum must be a list";
    if (name == "required") return required_problem(value);
    if (name == "oneOf" && depth == 0) return "oneOf at the top";
    if (name == "oneOf") return choice_problem(schema, value);
    if (name == "description" && described_ == descriptions::forbidden) return "a description";
    if (name == "description" && !value.IsString()) return "description must be a string";
    return std::nullopt;
  }

  [[nodiscard]] problem inner_problem(std::string_view name, const json::value& value,
                                      const std::string& path, int depth) const {
    if (name == "items") return check(value, path + "/items", depth + 1);
    if (name != "properties") return std::nullopt;
    if (!value.IsObject()) return path + ": properties must be an object";
    std::set<std::string_view> seen;
    for (const auto& each : value.GetObject()) {
      const std::string here = path + "/properties/" + std::string(text_of(each.name));
      if (!seen.insert(text_of(each.name)).second) return here + ": twice";
      if (auto wrong = check(each.value, here, depth + 1)) return wrong;
    }
    return std::nullopt;
  }

  descriptions described_;
};

}  // namespace

problem published_schema_problem(const json::value& schema, descriptions described) {
  if (json::find_string(schema, "type") != "object") return "#: there is no object at the top";
  return checker(described).check(schema, "#", 0);
}

problem published_schema_problem(const json::text& schema, descriptions described) {
  const result<json::document> read = json::parse(schema.bytes);
  if (!read) return "#: " + read.error().message;
  return published_schema_problem(*read, described);
}

}  // namespace gantry::test
