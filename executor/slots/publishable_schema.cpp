#include "executor/slots/publishable_schema.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "executor/slots/schema_draft.hpp"
#include "executor/slots/schema_reference.hpp"
#include "model/json.hpp"

namespace gantry::slots {
namespace {

constexpr std::string_view any_object = R"({"type":"object"})";
// Of the JSON: cores read 128 levels, of which the frame around it has some.
constexpr int json_depth_max = 64;

// Those that say something about a value and hold no schema.
constexpr std::array<std::string_view, 16> plain{
    "const",    "default",       "enum",       "exclusiveMaximum", "format",   "exclusiveMinimum",
    "maxItems", "maxLength",     "maximum",    "maxProperties",    "minItems", "minLength",
    "minimum",  "minProperties", "multipleOf", "pattern"};
// Those that no core looks at, with schemas inside that it might stumble over.
constexpr std::array<std::string_view, 10> unpublished{"additionalItems",
                                                       "additionalProperties",
                                                       "contains",
                                                       "dependencies",
                                                       "else",
                                                       "if",
                                                       "not",
                                                       "propertyNames",
                                                       "then",
                                                       "patternProperties"};
constexpr std::array<std::string_view, 3> combined{"allOf", "anyOf", "oneOf"};

bool is_deeper_than(const json::value& value, int most) {
  const auto deeper = [most](const json::value& each) { return is_deeper_than(each, most - 1); };
  if (value.IsArray()) return most == 0 || std::ranges::any_of(value.GetArray(), deeper);
  if (!value.IsObject()) return false;
  return most == 0 || std::ranges::any_of(value.GetObject(),
                                          [&](const auto& each) { return deeper(each.value); });
}

// Takes no value but null.
bool is_null_alone(const json::value& schema) {
  const json::value* const constant = json::find(schema, "const");
  return json::find_string(schema, "type") == "null" || (constant != nullptr && constant->IsNull());
}

bool is_false(const json::value& schema) { return schema.IsBool() && !schema.GetBool(); }

// The one text that it takes.
std::optional<std::string_view> only_text(const json::value& schema) {
  if (const auto constant = json::find_string(schema, "const")) return constant;
  const json::value* const all = json::find(schema, "enum");
  if (all == nullptr || !all->IsArray() || all->Size() != 1 || !(*all)[0].IsString()) return {};
  return text_of((*all)[0]);
}

// A place in the original.
struct place {
  std::string path = "#";  // a JSON pointer, as a URI fragment
  std::size_t depth = 0;   // 0: the top

  [[nodiscard]] place in(std::string_view keyword, std::string_view name) const {
    return {path + "/" + std::string(keyword) + "/" + std::string(name), depth + 1};
  }
};

class simplifier {
 public:
  simplifier(const json::value& root, schema_words words) : root_(root), words_(words) {}

  publishable run() {
    json::value top = simplify(root_, {});
    draft_.set(top, "type", json::value("object"));
    top.RemoveMember("oneOf");
    std::string text = json::write(top);
    if (schemas_ > published_schemas_max || text.size() > published_bytes_max ||
        is_deeper_than(top, json_depth_max)) {
      return {{std::string(any_object)},
              {"#: it is too large or too deep, and published as any object"}};
    }
    if (notes_.size() > notes_max) {
      const auto more = std::to_string(notes_.size() - notes_max);
      notes_.resize(notes_max);
      notes_.push_back("and " + more + " more");
    }
    return {{std::move(text)}, std::move(notes_)};
  }

 private:
  using variants = std::vector<const json::value*>;

  void note(const place& at, const std::string& what) { notes_.push_back(at.path + ": " + what); }

  json::value simplify(const json::value& from, const place& at) {
    json::value out = schema_draft::object();
    if (from.IsBool()) note(at, "true is published as a schema that takes anything");
    if (!from.IsObject() || ++schemas_ > published_schemas_max) return out;
    if (at.depth > published_depth_max) {
      note(at, "it is too deep, and published as any object");
      draft_.set(out, "type", json::value("object"));
      return out;
    }
    if (json::find(from, "$ref") != nullptr) return follow(from, at);
    add_type(out, from, at);
    add_words(out, from, at);
    for (const std::string_view each : plain) add_plain(out, from, each);
    add_required(out, from);
    add_properties(out, from, at);
    add_items(out, from, at);
    for (const std::string_view each : combined) add_combined(out, from, each, at);
    for (const std::string_view each : unpublished) {
      const json::value* const found = json::find(from, each);
      if (found != nullptr && !found->IsTrue()) note(at, std::string(each) + " is not published");
    }
    return out;
  }

  // Definitions stand where they are used: what goes round in circles would have no end.
  json::value follow(const json::value& from, const place& at) {
    const json::value* const target = referenced(from, root_);
    json::value out = schema_draft::object();
    if (target == nullptr || std::ranges::find(followed_, target) != followed_.end()) {
      note(at, "its $ref is published as any object");
      draft_.set(out, "type", json::value("object"));
    } else {
      followed_.push_back(target);
      out = simplify(*target, {at.path, at.depth + 1});
      followed_.pop_back();
    }
    if (json::find_string(from, "title") || json::find_string(from, "description")) {
      out.RemoveMember("title");
      out.RemoveMember("description");
      add_words(out, from, at);
    }
    return out;
  }

  void add_type(json::value& out, const json::value& from, const place& at) {
    const json::value* const type = json::find(from, "type");
    if (type == nullptr) return;
    if (type->IsString()) return draft_.set(out, "type", draft_.copy(*type));
    if (!type->IsArray() || type->Empty()) return;
    const json::value* chosen = &(*type)[0];
    for (const json::value& each : type->GetArray()) {
      if (!each.IsString() || text_of(each) == "null") continue;
      chosen = &each;
      break;
    }
    if (!chosen->IsString()) return;
    note(at, "of its types " + json::write(*type) + " only " + std::string(text_of(*chosen)) +
                 " is published");
    draft_.set(out, "type", draft_.copy(*chosen));
  }

  void add_words(json::value& out, const json::value& from, const place& at) {
    const auto described = json::find_string(from, "description");
    auto title = json::find_string(from, "title");
    if (words_ == schema_words::descriptions && described) {
      draft_.set(out, "description", draft_.text(*described));
    } else if (described && !title && characters_in(*described) <= title_characters_max) {
      title = described;
    } else if (described) {
      note(at, "its description is not published, since core.schema_descriptions is false");
    }
    if (!title || title->empty()) return;
    const std::string short_one = short_title(*title);
    if (short_one != *title) note(at, "its title is published as \"" + short_one + "\"");
    draft_.set(out, "title", draft_.text(short_one));
  }

  void add_plain(json::value& out, const json::value& from, std::string_view key) {
    const json::value* const found = json::find(from, key);
    if (found == nullptr || (key == "enum" && !found->IsArray())) return;
    draft_.set(out, key, draft_.copy(*found));
  }

  void add_required(json::value& out, const json::value& from) {
    const json::value* const names = json::find(from, "required");
    if (names != nullptr && names->IsArray()) draft_.require(out, *names);
  }

  void add_properties(json::value& out, const json::value& from, const place& at) {
    const json::value* const all = json::find(from, "properties");
    if (all == nullptr || !all->IsObject()) return;
    json::value into = schema_draft::object();
    for (const auto& each : all->GetObject()) {
      const place here = at.in("properties", text_of(each.name));
      if (is_false(each.value)) {
        note(here, "it may not be given, and is not published");
      } else {
        draft_.set_new(into, text_of(each.name), simplify(each.value, here));
      }
    }
    draft_.set(out, "properties", std::move(into));
  }

  // One schema for all elements, or none.
  void add_items(json::value& out, const json::value& from, const place& at) {
    const json::value* const items = json::find(from, "items");
    if (items == nullptr || items->IsTrue()) return;
    const std::string first =
        items->IsArray() && !items->Empty() ? json::canonical((*items)[0]) : "";
    const bool alike = items->IsArray() && !items->Empty() &&
                       std::all_of(items->Begin(), items->End(), [&](const json::value& each) {
                         return json::canonical(each) == first;
                       });
    const json::value& one = alike ? (*items)[0] : *items;
    if (one.IsObject()) {
      draft_.set(out, "items", simplify(one, {at.path + "/items", at.depth + 1}));
      if (alike) note(at, "its items, all alike, are published as one schema for all");
    } else {
      note(at, "its items are published as anything");
    }
  }

  void add_combined(json::value& out, const json::value& from, std::string_view keyword,
                    const place& at) {
    const json::value* const all = json::find(from, keyword);
    if (all == nullptr || !all->IsArray()) return;
    const variants some = without_null(*all);
    const bool is_top = at.depth == 0;
    const bool of_all = keyword == "allOf";
    if (some.size() < all->Size()) note(at, "null in its " + std::string(keyword) + " is left out");
    if (!of_all && !is_top && add_choice(out, some, at)) return;
    std::vector<json::value> simple;
    for (std::size_t each = 0; each < some.size(); ++each) {
      simple.push_back(simplify(*some[each], at.in(keyword, std::to_string(each))));
    }
    if (of_all || (some.size() == 1 && !is_top)) {
      note(at, std::string(keyword) + " is published as one schema");
      for (json::value& each : simple) draft_.merge(out, std::move(each));
    } else {
      note(at, std::string(keyword) + " is published as what its schemas share");
      draft_.share(out, std::move(simple));
    }
  }

  // What takes null or nothing is no schema to choose.
  [[nodiscard]] variants without_null(const json::value& all) const {
    variants out;
    for (const json::value& each : all.GetArray()) {
      const json::value* const target = referenced(each, root_);
      if (!is_null_alone(target != nullptr ? *target : each) && !is_false(each)) {
        out.push_back(&each);
      }
    }
    return out;
  }

  // A drop-down, if each takes one text.
  bool add_choice(json::value& out, const variants& of, const place& at) {
    const auto is_text = [](const json::value* each) { return only_text(*each).has_value(); };
    if (of.empty() || !std::ranges::all_of(of, is_text)) return false;
    std::vector<json::value> values;
    std::vector<json::value> titled;
    for (const json::value* each : of) {
      const std::string_view value = *only_text(*each);
      const auto title = json::find_string(*each, "title").value_or(value);
      const std::string short_one = title.empty() ? "Empty" : short_title(title);
      if (short_one != title) note(at, "a title is published as \"" + short_one + "\"");
      json::value one = schema_draft::object();
      draft_.set(one, "const", draft_.text(value));
      draft_.set(one, "title", draft_.text(short_one));
      titled.push_back(std::move(one));
      values.push_back(draft_.text(value));
    }
    draft_.set(out, "type", json::value("string"));
    draft_.set(out, "enum", draft_.list(std::move(values)));
    draft_.set(out, "oneOf", draft_.list(std::move(titled)));
    return true;
  }

  const json::value& root_;
  schema_words words_;
  schema_draft draft_;  // before what it makes
  std::vector<std::string> notes_;
  std::vector<const json::value*> followed_;  // references within which we are
  std::size_t schemas_ = 0;
};

}  // namespace

publishable publishable_schema(const json::text& original, schema_words words) {
  const result<json::document> root = json::parse(original.bytes);
  if (!root || !root->IsObject()) {
    return {{std::string(any_object)}, {"#: it cannot be read, and is published as any object"}};
  }
  return simplifier(*root, words).run();
}

}  // namespace gantry::slots
