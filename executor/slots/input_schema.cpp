#include "executor/slots/input_schema.hpp"

#include <rapidjson/error/en.h>

#include <algorithm>
#include <array>
#include <regex>
#include <span>

#include "executor/slots/json_schema.hpp"
#include "model/json.hpp"

namespace gantry::slots {
namespace {

using problem = std::optional<std::string>;

// Members that hold one schema, a list of schemas, or schemas by name.
constexpr std::array<std::string_view, 8> single{"additionalProperties",
                                                 "additionalItems",
                                                 "contains",
                                                 "else",
                                                 "if",
                                                 "not",
                                                 "propertyNames",
                                                 "then"};
constexpr std::array<std::string_view, 4> listed{"allOf", "anyOf", "items", "oneOf"};
constexpr std::array<std::string_view, 4> named{"definitions", "dependencies", "patternProperties",
                                                "properties"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string_view name_of(const json::value& name) {
  return {name.GetString(), name.GetStringLength()};
}

// Patterns are compiled when data is checked: too late to tell who has written them.
problem refusal_of_pattern(std::string_view pattern) {
  try {
    const std::regex compiled{std::string(pattern)};
    return std::nullopt;
  } catch (const std::regex_error&) {
    return "\"" + std::string(pattern) + "\" is not a regular expression";
  }
}

// Calls visit(schema, its JSON pointer) for each schema right inside; stops at the first problem.
template <typename Visit>
problem for_each_inner(const json::value& schema, const std::string& path, const Visit& visit) {
  if (!schema.IsObject()) return std::nullopt;
  for (const auto& member : schema.GetObject()) {
    const std::string_view name = name_of(member.name);
    const std::string here = path + "/" + std::string(name);
    if (member.value.IsArray() && is_one_of(listed, name)) {
      std::size_t at = 0;
      for (const json::value& each : member.value.GetArray()) {
        if (auto wrong = visit(each, here + "/" + std::to_string(at++))) return wrong;
      }
    } else if (member.value.IsObject() && is_one_of(named, name)) {
      for (const auto& each : member.value.GetObject()) {
        if (auto wrong = visit(each.value, here + "/" + std::string(name_of(each.name)))) {
          return wrong;
        }
      }
    } else if (is_one_of(single, name) || name == "items") {
      if (auto wrong = visit(member.value, here)) return wrong;
    }
  }
  return std::nullopt;
}

// The innermost schema that is refused with the same words is the one that is wrong: valijson does
// not say where. (Alone, a schema with a $ref may be refused for other reasons.)
std::string place_of_refusal(const json::value& schema, const std::string& path,
                             const std::string& words) {
  const auto deeper = [&](const json::value& inner, const std::string& at) -> problem {
    if (refusal_of_schema(inner) != words) return std::nullopt;
    return place_of_refusal(inner, at, words);
  };
  return for_each_inner(schema, path, deeper).value_or(path);
}

problem wrong_pattern_in(const json::value& schema, const std::string& path) {
  if (const auto pattern = json::find_string(schema, "pattern")) {
    if (auto wrong = refusal_of_pattern(*pattern)) return "at " + path + "/pattern: " + *wrong;
  }
  const json::value* keys = json::find(schema, "patternProperties");
  if (keys != nullptr && keys->IsObject()) {
    for (const auto& each : keys->GetObject()) {
      if (auto wrong = refusal_of_pattern(name_of(each.name))) {
        return "at " + path + "/patternProperties: " + *wrong;
      }
    }
  }
  return for_each_inner(schema, path, wrong_pattern_in);
}

std::string why_no_json(std::string_view text, const std::string& otherwise) {
  json::document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseValidateEncodingFlag>(
      text.data(), text.size());
  if (!document.HasParseError()) return otherwise;
  const std::string_view before = text.substr(0, document.GetErrorOffset());
  const auto line = std::ranges::count(before, '\n') + 1;
  const auto line_begin = before.rfind('\n');
  const auto column =
      before.size() - (line_begin == std::string_view::npos ? 0 : line_begin + 1) + 1;
  return std::string("not JSON: ") + rapidjson::GetParseError_En(document.GetParseError()) +
         " At its line " + std::to_string(line) + ", character " + std::to_string(column);
}

}  // namespace

problem problem_of_schema(std::string_view text) {
  const result<json::document> schema = json::parse(text);
  if (!schema) return "is " + why_no_json(text, schema.error().message);
  if (!schema->IsObject()) return R"(must be a JSON Schema in braces, such as {"type":"object"})";
  if (json::find_string(*schema, "type") != "object") {
    return R"(must be the schema of an object: it needs "type":"object" at its top)";
  }
  if (const auto words = refusal_of_schema(*schema)) {
    return "is not a JSON Schema, at " + place_of_refusal(*schema, "#", *words) + ": " + *words;
  }
  if (const auto wrong = wrong_pattern_in(*schema, "#")) return "is not a JSON Schema, " + *wrong;
  return std::nullopt;
}

}  // namespace gantry::slots
