#include "executor/fleet/data_reasons.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

#include "executor/engine/utf8.hpp"
#include "model/json.hpp"

namespace gantry::fleet {
namespace {

using slots::schema_mismatch;

// The first tell enough.
constexpr std::size_t reasons_max = 3;
// Of one: it repeats names from the data.
constexpr std::size_t reason_bytes_max = 300;

// A place in the data, and the part of the schema that is for it, as far as that can be told.
struct place {
  std::string pointer = "data";
  const json::value* value = nullptr;
  const json::value* schema = nullptr;
};

const json::value* member_of(const json::value* object, std::string_view name) {
  return object == nullptr ? nullptr : json::find(*object, name);
}

// A reason may come from any of the schemas that stand beside these at one place.
bool is_one_of_several(const json::value& schema) {
  static constexpr std::array keywords{"allOf", "anyOf", "oneOf", "not", "if", "$ref"};
  return std::ranges::any_of(keywords,
                             [&](const char* each) { return json::find(schema, each) != nullptr; });
}

void enter_member(const std::string& name, place& at) {
  at.value = member_of(at.value, name);
  const json::value* const named = member_of(member_of(at.schema, "properties"), name);
  const bool by_pattern = member_of(at.schema, "patternProperties") != nullptr;
  at.schema =
      named == nullptr && !by_pattern ? member_of(at.schema, "additionalProperties") : named;
}

void enter_element(const std::string& number, place& at) {
  std::size_t index = 0;
  std::from_chars(number.data(), number.data() + number.size(), index);
  const bool there = at.value != nullptr && at.value->IsArray() && index < at.value->Size();
  at.value = there ? &(*at.value)[static_cast<rapidjson::SizeType>(index)] : nullptr;
  at.schema = member_of(at.schema, "items");
}

// valijson's context is a list such as <root>, [timeout], [1]: names and numbers alike.
place place_of(const schema_mismatch& error, const json::value& data, const json::value& schema) {
  place out{.value = &data, .schema = &schema};
  for (const std::string& part : error.context) {
    if (out.schema != nullptr && is_one_of_several(*out.schema)) out.schema = nullptr;
    if (part == "<root>") continue;
    const bool bracketed = part.size() > 2 && part.front() == '[' && part.back() == ']';
    const std::string name = bracketed ? part.substr(1, part.size() - 2) : part;
    if (out.value != nullptr && out.value->IsArray()) {
      enter_element(name, out);
    } else {
      enter_member(name, out);
    }
    out.pointer += "/" + pointer_token(name);
  }
  if (out.schema != nullptr && is_one_of_several(*out.schema)) out.schema = nullptr;
  return out;
}

// ---- Words ------------------------------------------------------------------------------------

std::string_view words_of_type(std::string_view type) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> words{
      {{"integer", "a whole number"},
       {"number", "a number"},
       {"string", "a text"},
       {"boolean", "true or false"},
       {"object", "an object"},
       {"array", "a list"},
       {"null", "null"}}};
  const auto* const found = std::ranges::find(words, type, &decltype(words)::value_type::first);
  return found == words.end() ? type : found->second;
}

std::string_view words_of_value(const json::value& value) {
  if (value.IsBool()) return value.GetBool() ? "true" : "false";
  if (value.IsNull()) return "null";
  if (value.IsString()) return "a text";
  if (value.IsObject()) return "an object";
  if (value.IsArray()) return "a list";
  return value.IsDouble() ? "a number with a fraction" : "a number";
}

std::optional<std::string> type_words(const place& at) {
  const json::value* const types = member_of(at.schema, "type");
  if (types == nullptr || at.value == nullptr) return std::nullopt;
  std::string wanted;
  const auto add = [&wanted](const json::value& type) {
    if (type.IsString())
      wanted.append(wanted.empty() ? "" : " or ").append(words_of_type(type.GetString()));
  };
  if (types->IsArray()) {
    for (const json::value& each : types->GetArray()) add(each);
  } else {
    add(*types);
  }
  return "must be " + wanted + ", not " + std::string(words_of_value(*at.value));
}

// What valijson's reason begins with, and what the schema says there, with words for it.
struct wording {
  std::string_view reason;
  std::string_view keyword;
  std::string_view words;
};

constexpr std::array wordings{
    wording{"Failed to match against any enum values", "enum", "must be one of "},
    wording{"Failed to match expected value set by 'const'", "const", "must be "},
    wording{"Failed to match regex", "pattern", "must match the pattern "},
    wording{"Expected number less than or equal to", "maximum", "must be at most "},
    wording{"Expected number less than", "exclusiveMaximum", "must be less than "},
    wording{"Expected number greater than or equal to", "minimum", "must be at least "},
    wording{"Expected number greater than", "exclusiveMinimum", "must be more than "}};

// What stands between `begin` and the end, "'.".
std::optional<std::string> name_behind(std::string_view begin, const std::string& text) {
  const auto at = text.find(begin);
  const auto end = text.rfind('\'');
  if (at == text.npos || end < at + begin.size()) return std::nullopt;
  return text.substr(at + begin.size(), end - at - begin.size());
}

std::string words_for(const std::string& reason, const place& at) {
  if (reason.starts_with("Value type not permitted")) return type_words(at).value_or(reason);
  if (const auto name = name_behind("Missing required property '", reason)) return "lacks " + *name;
  if (const auto name = name_behind("'additionalProperties' constraints: '", reason)) {
    return *name + " is not known here";
  }
  const auto* const found = std::ranges::find_if(
      wordings, [&reason](const wording& each) { return reason.starts_with(each.reason); });
  if (found == wordings.end()) return reason;
  const json::value* const said = member_of(at.schema, found->keyword);
  return said == nullptr ? reason : std::string(found->words) + json::write(*said);
}

// For each level around what is wrong: that something in it is.
bool repeats_a_deeper_one(const std::string& reason) {
  return reason.starts_with("Failed to validate against schema associated with p") ||
         reason.starts_with("Failed to validate against additional properties schema") ||
         reason.starts_with("Failed to validate item #");
}

std::string shortened(const std::string& reason) {
  const bool long_one = reason.size() > reason_bytes_max;
  return engine::visible_utf8(reason.substr(0, reason_bytes_max)) + (long_one ? "..." : "");
}

}  // namespace

std::string pointer_token(std::string_view name) {
  std::string out;
  for (const char each : name) {
    if (each == '~') {
      out += "~0";
    } else if (each == '/') {
      out += "~1";
    } else {
      out += each;
    }
  }
  return out;
}

std::string reasons_of(const std::vector<schema_mismatch>& mismatches, const json::value& data,
                       const json::value& schema) {
  std::string out;
  std::size_t count = 0;
  for (const schema_mismatch& each : mismatches) {
    if (count == reasons_max) break;
    if (count > 0 && repeats_a_deeper_one(each.description)) continue;
    const place at = place_of(each, data, schema);
    if (count++ > 0) out += "; ";
    out += shortened(at.pointer + ": " + words_for(each.description, at));
  }
  return out;
}

}  // namespace gantry::fleet
