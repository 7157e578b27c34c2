#include "executor/slots/schema_check.hpp"

#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "executor/engine/utf8.hpp"
#include "executor/slots/schema_keywords.hpp"
#include "executor/slots/schema_pattern.hpp"
#include "executor/slots/schema_reference.hpp"
#include "model/json.hpp"

namespace gantry::slots {
namespace {

using mistake = std::optional<std::string>;

std::string_view string_in(const json::value& text) {
  return {text.GetString(), text.GetStringLength()};
}

bool is_schema(const json::value& value) { return value.IsObject() || value.IsBool(); }

bool is_list_of_names(const json::value& value) {
  return value.IsArray() && std::ranges::all_of(value.GetArray(), [](const json::value& each) {
           return each.IsString();
         });
}

// ---- What each keyword may hold ---------------------------------------------------------------

bool names_a_type(const json::value& value) {
  static constexpr std::array<std::string_view, 7> types{"array",  "boolean", "integer", "null",
                                                         "number", "object",  "string"};
  return value.IsString() && is_one_of(types, string_in(value));
}

bool holds_types(const json::value& value) {
  if (!value.IsArray()) return names_a_type(value);
  return !value.Empty() && std::ranges::all_of(value.GetArray(), names_a_type);
}

bool holds_number(const json::value& value) { return value.IsNumber(); }
bool holds_divisor(const json::value& value) { return value.IsNumber() && value.GetDouble() > 0; }
bool holds_count(const json::value& value) {
  return value.IsNumber() && value.GetDouble() >= 0 &&
         std::trunc(value.GetDouble()) == value.GetDouble();
}
bool holds_list(const json::value& value) { return value.IsArray(); }
bool holds_text(const json::value& value) { return value.IsString(); }
bool holds_switch(const json::value& value) { return value.IsBool(); }

bool holds_schemas_by_name(const json::value& value) {
  return value.IsObject() && std::ranges::all_of(value.GetObject(), [](const auto& each) {
           return is_schema(each.value);
         });
}
bool holds_dependencies(const json::value& value) {
  return value.IsObject() && std::ranges::all_of(value.GetObject(), [](const auto& each) {
           return is_schema(each.value) || is_list_of_names(each.value);
         });
}
bool holds_schemas(const json::value& value) {
  return value.IsArray() && !value.Empty() && std::ranges::all_of(value.GetArray(), is_schema);
}
bool holds_items(const json::value& value) {
  return is_schema(value) || (value.IsArray() && std::ranges::all_of(value.GetArray(), is_schema));
}
bool is_empty_object(const json::value& value) { return value.IsObject() && value.ObjectEmpty(); }
bool never(const json::value&) { return false; }

struct keyword_rule {
  std::string_view keyword;
  bool (*is_kept)(const json::value&);
  const char* words;  // behind the keyword
};

constexpr const char* a_schema = "must be a schema: an object, true or false";
constexpr const char* some_schemas = "must be a list of schemas, and not an empty one";
constexpr const char* by_name = "must hold schemas by name, in braces";
constexpr const char* a_number = "must be a number";
constexpr const char* a_count = "must be a whole number, 0 or more";
constexpr const char* a_text = "must be a text";
constexpr const char* is_later = "is not of Draft 7: use $ref";

constexpr std::array keyword_rules{
    keyword_rule{"$defs", holds_schemas_by_name, by_name},
    keyword_rule{"$dynamicRef", never, is_later},
    keyword_rule{"$recursiveRef", never, is_later},
    keyword_rule{"additionalItems", is_schema, a_schema},
    keyword_rule{"additionalProperties", is_schema, a_schema},
    keyword_rule{"allOf", holds_schemas, some_schemas},
    keyword_rule{"anyOf", holds_schemas, some_schemas},
    keyword_rule{"contains", is_schema, a_schema},
    keyword_rule{"definitions", holds_schemas_by_name, by_name},
    keyword_rule{"dependencies", holds_dependencies,
                 "must hold schemas, or lists of names, by name, in braces"},
    keyword_rule{"description", holds_text, a_text},
    keyword_rule{"else", is_schema, a_schema},
    keyword_rule{"enum", holds_list, "must be a list"},
    keyword_rule{"exclusiveMaximum", holds_number, a_number},
    keyword_rule{"exclusiveMinimum", holds_number, a_number},
    keyword_rule{"format", holds_text, a_text},
    keyword_rule{"if", is_schema, a_schema},
    keyword_rule{"items", holds_items, "must be a schema or a list of schemas"},
    keyword_rule{"maxItems", holds_count, a_count},
    keyword_rule{"maxLength", holds_count, a_count},
    keyword_rule{"maxProperties", holds_count, a_count},
    keyword_rule{"maximum", holds_number, a_number},
    keyword_rule{"minItems", holds_count, a_count},
    keyword_rule{"minLength", holds_count, a_count},
    keyword_rule{"minProperties", holds_count, a_count},
    keyword_rule{"minimum", holds_number, a_number},
    keyword_rule{"multipleOf", holds_divisor, "must be a number above 0"},
    keyword_rule{"not", is_schema, a_schema},
    keyword_rule{"oneOf", holds_schemas, some_schemas},
    keyword_rule{"pattern", holds_text, a_text},
    keyword_rule{"patternProperties", is_empty_object,
                 "is not taken: name the properties, or check all names by propertyNames"},
    keyword_rule{"properties", holds_schemas_by_name, by_name},
    keyword_rule{"propertyNames", is_schema, a_schema},
    keyword_rule{"required", is_list_of_names, "must be a list of names"},
    keyword_rule{"then", is_schema, a_schema},
    keyword_rule{"title", holds_text, a_text},
    keyword_rule{"type", holds_types,
                 "must be array, boolean, integer, null, number, object or string, or a list of "
                 "these"},
    keyword_rule{"uniqueItems", holds_switch, "must be true or false"}};

mistake mistake_of_keyword(std::string_view keyword, const json::value& value) {
  const auto* const rule = std::ranges::find(keyword_rules, keyword, &keyword_rule::keyword);
  if (rule == keyword_rules.end() || rule->is_kept(value)) return std::nullopt;
  return "\"" + std::string(keyword) + "\" " + rule->words;
}

// ---- The schemas of a document ----------------------------------------------------------------

// Those that it, or what it holds, is checked by are for the same value.
constexpr std::array<std::string_view, 8> in_place{"allOf", "anyOf", "dependencies", "else",
                                                   "if",    "not",   "oneOf",        "then"};

class schema_walk {
 public:
  explicit schema_walk(const json::value& root) : root_(root) {}

  mistake run() {
    enter(root_, "#", nullptr);
    // Growing while it is gone through; what is referred to has its turn as what is within.
    for (std::size_t at = 0; at < found_.size(); ++at) {
      if (found_.size() > schemas_max) {
        return "at #: it has more than " + std::to_string(schemas_max) + " schemas";
      }
      if (auto wrong = look_at(at)) return "at " + *wrong;
    }
    return mistake_of_depth();
  }

 private:
  struct schema_found {
    const json::value* schema;
    std::string path;
    std::vector<std::size_t> same_value;  // schemas that are for the same value as it
    std::size_t depth = 0;                // of those within each other; 0: not known yet
    bool is_open = false;                 // we are within it
  };

  // `outer` is the one for the same value, if there is one.
  void enter(const json::value& schema, std::string path, std::vector<std::size_t>* outer) {
    const auto [known, is_new] = known_.try_emplace(&schema, found_.size());
    if (outer != nullptr) outer->push_back(known->second);
    if (is_new) found_.push_back({&schema, std::move(path), {}, 0, false});
  }

  mistake look_at(std::size_t at) {
    const json::value& schema = *found_[at].schema;
    const std::string path = found_[at].path;
    if (!schema.IsObject()) return std::nullopt;
    std::vector<std::size_t> same;
    if (json::find(schema, "$ref") != nullptr) {
      if (auto wrong = problem_of_reference(schema, root_)) return path + ": " + *wrong;
      enter(*referenced(schema, root_), std::string(*json::find_string(schema, "$ref")), &same);
    } else {
      for (const auto& each : schema.GetObject()) {
        if (auto wrong = look_at_member(schema, path, each, same)) return wrong;
      }
    }
    found_[at].same_value = std::move(same);
    return std::nullopt;
  }

  mistake look_at_member(const json::value& schema, const std::string& path,
                         const json::value::Member& member, std::vector<std::size_t>& same) {
    const std::string_view keyword = string_in(member.name);
    if (auto wrong = mistake_of_keyword(keyword, member.value)) return path + ": " + *wrong;
    if (keyword == "pattern") return mistake_of_pattern(path, string_in(member.value));
    const bool is_idle =
        (keyword == "then" || keyword == "else") && json::find(schema, "if") == nullptr;
    enter_inner(path + "/" + std::string(keyword), keyword, member.value,
                is_one_of(in_place, keyword) && !is_idle ? &same : nullptr);
    return std::nullopt;
  }

  void enter_inner(const std::string& here, std::string_view keyword, const json::value& value,
                   std::vector<std::size_t>* outer) {
    if (value.IsArray() && is_one_of(listed_schemas, keyword)) {
      std::size_t at = 0;
      for (const json::value& each : value.GetArray()) {
        enter(each, here + "/" + std::to_string(at++), outer);
      }
    } else if (value.IsObject() && is_one_of(named_schemas, keyword)) {
      for (const auto& each : value.GetObject()) {
        if (!is_schema(each.value)) continue;
        enter(each.value, here + "/" + pointer_token(string_in(each.name)), outer);
      }
    } else if (is_one_of(single_schemas, keyword) || keyword == "items") {
      enter(value, here, outer);
    }
  }

  mistake mistake_of_pattern(const std::string& path, std::string_view pattern) {
    if (++patterns_ > patterns_max) {
      return "#: it has more than " + std::to_string(patterns_max) + " patterns";
    }
    const auto compiled = schema_pattern::compile(pattern);
    if (compiled) return std::nullopt;
    return path + "/pattern: \"" + std::string(pattern) +
           "\" is not a regular expression that is taken: " + compiled.error().message;
  }

  // Depth first, without calling itself: a chain of references may be as long as there are schemas.
  mistake mistake_of_depth() {
    std::vector<std::size_t> way;
    for (std::size_t each = 0; each < found_.size(); ++each) {
      if (found_[each].depth == 0) way.push_back(each);
      while (!way.empty()) {
        if (auto wrong = step(way)) return "at " + *wrong;
      }
    }
    return std::nullopt;
  }

  mistake step(std::vector<std::size_t>& way) {
    schema_found& at = found_[way.back()];
    if (at.is_open || at.depth != 0) {
      at.is_open = false;
      way.pop_back();
      if (at.depth == 0) at.depth = depth_below(at);
      if (at.depth <= schemas_within_max) return std::nullopt;
      return at.path + ": more than " + std::to_string(schemas_within_max) +
             " schemas within each other are for the same value";
    }
    at.is_open = true;
    for (const std::size_t inner : at.same_value) {
      if (found_[inner].is_open) {
        return at.path + ": it comes back to " + found_[inner].path +
               " without going into the data: that would have no end";
      }
      if (found_[inner].depth == 0) way.push_back(inner);
    }
    return std::nullopt;
  }

  [[nodiscard]] std::size_t depth_below(const schema_found& at) const {
    std::size_t deepest = 0;
    for (const std::size_t inner : at.same_value) {
      deepest = std::max(deepest, found_[inner].depth);
    }
    return deepest + 1;
  }

  const json::value& root_;
  std::vector<schema_found> found_;
  std::unordered_map<const json::value*, std::size_t> known_;
  std::size_t patterns_ = 0;
};

}  // namespace

mistake mistake_in_schema(const json::value& schema) {
  mistake out = schema_walk(schema).run();
  if (!out) return out;
  constexpr std::size_t words_bytes_max = 600;
  std::ranges::replace_if(
      *out, [](unsigned char each) { return each < ' ' || each == 0x7F; }, '?');
  return engine::cut_utf8(*std::move(out), words_bytes_max);
}

}  // namespace gantry::slots
