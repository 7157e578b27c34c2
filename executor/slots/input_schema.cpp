#include "executor/slots/input_schema.hpp"

#include <rapidjson/error/en.h>

#include <algorithm>

#include "executor/slots/schema_check.hpp"
#include "model/json.hpp"

namespace gantry::slots {
namespace {

using problem = std::optional<std::string>;

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
  if (const auto wrong = mistake_in_schema(*schema)) return "is not a JSON Schema, " + *wrong;
  return std::nullopt;
}

}  // namespace gantry::slots
