#include "executor/slots/schema_reference.hpp"

#include <rapidjson/pointer.h>

#include <cstdint>

#include "executor/slots/schema_keywords.hpp"
#include "model/json.hpp"

namespace gantry::slots {
namespace {

using json_pointer = rapidjson::Pointer;

std::optional<int> hex_digit(char each) {
  if (each >= '0' && each <= '9') return each - '0';
  const char lower = static_cast<char>(each | 0x20);
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return std::nullopt;
}

// Of "#/a%20b", a fragment of a URI; invalid where it is none. RapidJSON itself takes no $ in one.
json_pointer pointer_of(std::string_view reference) {
  static const json_pointer invalid("no pointer");
  if (!reference.starts_with('#')) return invalid;
  std::string out;
  for (std::size_t at = 1; at < reference.size(); ++at) {
    if (reference[at] != '%') {
      out += reference[at];
      continue;
    }
    if (reference.size() - at < 3) return invalid;
    const auto high = hex_digit(reference[at + 1]);
    const auto low = hex_digit(reference[at + 2]);
    if (!high || !low) return invalid;
    out += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  return json_pointer(out.data(), out.size());
}

// What is right behind the name of a member of a schema.
enum class holds : std::uint8_t { schema, schemas, data, unknown };

holds what_holds(std::string_view keyword, const json::value& value) {
  if (is_one_of(named_schemas, keyword)) return holds::schemas;
  if (is_one_of(listed_schemas, keyword) && value.IsArray()) return holds::schemas;
  if (is_one_of(single_schemas, keyword) || keyword == "items") return holds::schema;
  return is_one_of(data_keywords, keyword) ? holds::data : holds::unknown;
}

// No schema is there, such as at #/properties or #/enum/0. What an unknown keyword holds may be
// one.
bool leads_into_data(const json_pointer& pointer, const json::value& document) {
  const json::value* at = &document;
  auto next = holds::schema;
  for (std::size_t each = 0; each < pointer.GetTokenCount(); ++each) {
    const auto& token = pointer.GetTokens()[each];
    const std::string_view name(token.name, token.length);
    if (at->IsArray()) {
      if (token.index >= at->Size()) return false;
      at = &(*at)[token.index];
    } else {
      at = json::find(*at, name);
    }
    if (at == nullptr) return false;
    if (next == holds::schema) {
      next = what_holds(name, *at);
    } else if (next == holds::schemas) {
      next = holds::schema;
    } else {
      return next == holds::data;
    }
  }
  return next == holds::schemas || next == holds::data;
}

}  // namespace

const json::value* referenced(const json::value& schema, const json::value& document) {
  const auto reference = json::find_string(schema, "$ref");
  if (!reference) return nullptr;
  const json_pointer pointer = pointer_of(*reference);
  return pointer.IsValid() ? pointer.Get(document) : nullptr;
}

std::optional<std::string> problem_of_reference(const json::value& schema,
                                                const json::value& document) {
  const auto reference = json::find_string(schema, "$ref");
  if (!reference) return "its $ref must be a text";
  const std::string words = "its $ref \"" + std::string(*reference) + "\" ";
  if (!reference->starts_with('#')) {
    return words + "leads out of this schema: copy what it means to \"definitions\"";
  }
  const json_pointer pointer = pointer_of(*reference);
  if (!pointer.IsValid()) return words + "is no JSON pointer such as #/definitions/name";
  const json::value* const target = pointer.Get(document);
  if (target == nullptr) return words + "leads nowhere";
  if (!(target->IsObject() || target->IsBool()) || leads_into_data(pointer, document)) {
    return words + "does not lead to a schema";
  }
  return std::nullopt;
}

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

}  // namespace gantry::slots
