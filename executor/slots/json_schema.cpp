#include "executor/slots/json_schema.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "executor/engine/utf8.hpp"
#include "executor/slots/json_equality.hpp"
#include "executor/slots/schema_judge.hpp"
#include "executor/slots/schema_pattern.hpp"
#include "executor/slots/schema_reference.hpp"
#include "model/json.hpp"

namespace gantry::slots {
namespace {

// Of a name in a place or in words; a longer one is cut.
constexpr std::size_t shown_name_bytes_max = 100;

std::string_view text_in(const json::value& text) {
  return {text.GetString(), text.GetStringLength()};
}

std::string shown_name(std::string_view name) {
  return engine::cut_utf8(std::string(name), shown_name_bytes_max);
}

bool is_same_number(const json::value& left, const json::value& right) {
  if (left.IsInt64() && right.IsInt64()) return left.GetInt64() == right.GetInt64();
  if (left.IsUint64() && right.IsUint64()) return left.GetUint64() == right.GetUint64();
  return left.GetDouble() == right.GetDouble();
}

// Where a value stands in the data; lives while the value is looked at.
struct data_place {
  const data_place* around = nullptr;
  std::string_view name = {};

  [[nodiscard]] std::string pointer() const {
    if (around == nullptr) return "data";
    return around->pointer() + "/" + pointer_token(shown_name(name));
  }
};

class schema_checker {
 public:
  explicit schema_checker(const json::value& root) : root_(root) {}

  std::vector<schema_mismatch> run(const json::value& data) {
    std::vector<schema_mismatch> out;
    told_ = &out;
    const bool fits = apply(root_, data, {});
    if (stopped_) return {*std::move(stopped_)};
    if (!fits && out.empty()) out.push_back({"data", "does not fit"});
    return out;
  }

 private:
  using handler = bool (schema_checker::*)(const json::value& said, const json::value& schema,
                                           const json::value& value, const data_place& at);
  struct keyword {
    const char* name;
    handler check;
  };

  // ---- Telling --------------------------------------------------------------------------------

  bool no(const data_place& at, std::string words) {
    if (told_ != nullptr && told_->size() < mismatches_max) {
      told_->push_back({at.pointer(), std::move(words)});
    }
    return false;
  }

  // Does it fit, said to nobody?
  bool fits(const json::value& schema, const json::value& value, const data_place& at) {
    auto* const told = std::exchange(told_, nullptr);
    const bool out = apply(schema, value, at);
    told_ = told;
    return out;
  }

  // It cannot be told: what is asked from now on says no, and nobody takes its word.
  bool stop(const data_place& at, std::string why) {
    if (!stopped_) stopped_ = schema_mismatch{at.pointer(), std::move(why)};
    return false;
  }
  bool spend(std::size_t work, const data_place& at) {
    if (stopped_) return false;
    work_ += std::min(work, schema_work_max + 1);
    return work_ <= schema_work_max || stop(at, "takes too much work to be checked");
  }

  // ---- One schema -----------------------------------------------------------------------------

  bool apply(const json::value& with, const json::value& value, const data_place& at) {
    const json::value* schema = &with;
    while (json::find(*schema, "$ref") != nullptr) {
      schema = referenced(*schema, root_);
      if (schema == nullptr) return stop(at, "has no schema");
      if (!spend(1, at)) return false;
    }
    if (schema->IsBool()) return schema->GetBool() || no(at, "may not be given");
    if (!schema->IsObject()) return stop(at, "has no schema");
    if (!spend(1, at)) return false;
    if (depth_ == applied_depth_max) return stop(at, "is nested too deep to be checked");
    ++depth_;
    bool out = true;
    for (const keyword& each : keywords()) {
      const json::value* const said = json::find(*schema, each.name);
      if (said != nullptr && !(this->*each.check)(*said, *schema, value, at)) out = false;
    }
    for (const auto& each : schema->GetObject()) {
      if (const auto why = objection(text_in(each.name), each.value, value)) out = no(at, *why);
    }
    --depth_;
    return out;
  }

  // What is within goes before what is about the value itself.
  static const std::array<keyword, 16>& keywords() {
    using self = schema_checker;
    static constexpr std::array<keyword, 16> all{{{"properties", &self::properties},
                                                  {"additionalProperties", &self::only_additional},
                                                  {"items", &self::items},
                                                  {"allOf", &self::all_of},
                                                  {"anyOf", &self::any_of},
                                                  {"oneOf", &self::one_of},
                                                  {"not", &self::negation},
                                                  {"if", &self::condition},
                                                  {"dependencies", &self::dependencies},
                                                  {"const", &self::constant},
                                                  {"enum", &self::enumeration},
                                                  {"contains", &self::contains},
                                                  {"uniqueItems", &self::unique_items},
                                                  {"propertyNames", &self::property_names},
                                                  {"required", &self::required},
                                                  {"pattern", &self::pattern}}};
    return all;
  }

  // ---- Objects --------------------------------------------------------------------------------

  bool properties(const json::value& said, const json::value& schema, const json::value& value,
                  const data_place& at) {
    return members(&said, json::find(schema, "additionalProperties"), value, at);
  }
  bool only_additional(const json::value& said, const json::value& schema, const json::value& value,
                       const data_place& at) {
    return json::find(schema, "properties") != nullptr || members(nullptr, &said, value, at);
  }

  bool members(const json::value* named, const json::value* additional, const json::value& value,
               const data_place& at) {
    if (!value.IsObject()) return true;
    using member = const json::value::Member*;
    std::vector<member> all;  // in the order of their names, so that the same is told each time
    for (const auto& each : value.GetObject()) all.push_back(&each);
    std::ranges::stable_sort(all, {}, [](member each) { return text_in(each->name); });
    std::map<std::string_view, const json::value*> schemas;
    if (named != nullptr) {
      for (const auto& each : named->GetObject()) schemas.emplace(text_in(each.name), &each.value);
    }
    if (!spend(all.size() + schemas.size() / 8, at)) return false;
    bool out = true;
    for (const member each : all) {
      const data_place here{&at, text_in(each->name)};
      const auto found = schemas.find(here.name);
      if (found != schemas.end()) {
        out &= apply(*found->second, each->value, here);
      } else if (additional != nullptr && additional->IsFalse()) {
        out = no(at, shown_name(here.name) + " is not known here");
      } else if (additional != nullptr) {
        out &= apply(*additional, each->value, here);
      }
    }
    return out;
  }

  bool property_names(const json::value& said, const json::value&, const json::value& value,
                      const data_place& at) {
    if (!value.IsObject()) return true;
    bool out = true;
    for (const auto& each : value.GetObject()) {
      if (!fits(said, each.name, at)) {
        out = no(at, "may not have the name " + shown_name(text_in(each.name)));
      }
    }
    return out;
  }

  bool lists_names(const json::value& names, const json::value& object, const data_place& at) {
    bool out = true;
    for (const json::value& each : names.GetArray()) {
      if (!spend(1 + object.MemberCount() / 8, at)) return false;
      if (json::find(object, text_in(each)) == nullptr) {
        out = no(at, "lacks " + shown_name(text_in(each)));
      }
    }
    return out;
  }
  bool required(const json::value& said, const json::value&, const json::value& value,
                const data_place& at) {
    return !value.IsObject() || lists_names(said, value, at);
  }

  bool dependencies(const json::value& said, const json::value&, const json::value& value,
                    const data_place& at) {
    if (!value.IsObject()) return true;
    bool out = true;
    for (const auto& each : said.GetObject()) {
      if (!spend(1 + value.MemberCount() / 8, at)) return false;
      if (json::find(value, text_in(each.name)) == nullptr) continue;
      out &=
          each.value.IsArray() ? lists_names(each.value, value, at) : apply(each.value, value, at);
    }
    return out;
  }

  // ---- Lists ----------------------------------------------------------------------------------

  bool items(const json::value& said, const json::value& schema, const json::value& value,
             const data_place& at) {
    if (!value.IsArray()) return true;
    const json::value* const additional = json::find(schema, "additionalItems");
    bool out = true;
    for (rapidjson::SizeType each = 0; each < value.Size(); ++each) {
      if (!spend(1, at)) return false;
      const json::value* one = &said;
      if (said.IsArray()) one = each < said.Size() ? &said[each] : additional;
      if (one == nullptr) break;
      const std::string number = std::to_string(each);
      out &= apply(*one, value[each], {&at, number});
    }
    return out;
  }

  bool contains(const json::value& said, const json::value&, const json::value& value,
                const data_place& at) {
    if (!value.IsArray()) return true;
    const bool any = std::ranges::any_of(
        value.GetArray(), [&](const json::value& each) { return fits(said, each, at); });
    return any || no(at, "lacks an element of the kind that it must contain");
  }

  bool unique_items(const json::value& said, const json::value&, const json::value& value,
                    const data_place& at) {
    if (!said.IsTrue() || !value.IsArray()) return true;
    std::unordered_set<std::string> seen;
    for (rapidjson::SizeType each = 0; each < value.Size(); ++each) {
      std::string key = equality_key(value[each]);
      if (!spend(1 + key.size() / 64, at)) return false;
      if (!seen.insert(std::move(key)).second) {
        return no(at, "holds its element " + std::to_string(each) + " twice");
      }
    }
    return true;
  }

  // ---- Any value ------------------------------------------------------------------------------

  bool constant(const json::value& said, const json::value&, const json::value& value,
                const data_place& at) {
    return same(said, value, at) || no(at, "must be " + json::write(said));
  }
  bool enumeration(const json::value& said, const json::value&, const json::value& value,
                   const data_place& at) {
    const bool any = std::ranges::any_of(
        said.GetArray(), [&](const json::value& each) { return same(each, value, at); });
    return any || no(at, "must be one of " + json::write(said));
  }

  bool same(const json::value& left, const json::value& right, const data_place& at) {
    if (!spend(1, at) || left.GetType() != right.GetType()) return false;
    if (left.IsNumber()) return is_same_number(left, right);
    if (left.IsString()) return text_in(left) == text_in(right);
    if (!left.IsArray() && !left.IsObject()) return true;  // null; true and false are types
    const std::string key = equality_key(right);
    return spend(1 + key.size() / 64, at) && equality_key(left) == key;
  }

  bool pattern(const json::value& said, const json::value&, const json::value& value,
               const data_place& at) {
    if (!value.IsString()) return true;
    const std::string_view text = text_in(said);
    auto known = patterns_.find(text);
    if (known == patterns_.end()) {
      if (!spend(1'000, at)) return false;
      known = patterns_.emplace(text, schema_pattern::compile(text)).first;
    }
    const auto& compiled = known->second;
    if (!compiled) return stop(at, "cannot be checked: " + compiled.error().message);
    // Where RE2 runs out of memory for states, it takes all steps for each byte.
    const std::size_t steps = value.GetStringLength() * compiled->steps();
    if (!spend(1 + steps / 2'000, at)) return false;
    return compiled->is_in(text_in(value)) || no(at, "must match the pattern " + json::write(said));
  }

  // ---- Schemas combined -----------------------------------------------------------------------

  bool all_of(const json::value& said, const json::value&, const json::value& value,
              const data_place& at) {
    bool out = true;
    for (const json::value& each : said.GetArray()) out &= apply(each, value, at);
    return out;
  }
  bool any_of(const json::value& said, const json::value&, const json::value& value,
              const data_place& at) {
    const bool any = std::ranges::any_of(
        said.GetArray(), [&](const json::value& each) { return fits(each, value, at); });
    return any || no(at, "fits none of the schemas of anyOf");
  }
  bool one_of(const json::value& said, const json::value&, const json::value& value,
              const data_place& at) {
    const auto how_many = std::ranges::count_if(
        said.GetArray(), [&](const json::value& each) { return fits(each, value, at); });
    if (how_many == 1) return true;
    return no(at, how_many == 0 ? "fits none of the schemas of oneOf"
                                : "fits more than one of the schemas of oneOf");
  }
  bool negation(const json::value& said, const json::value&, const json::value& value,
                const data_place& at) {
    return !fits(said, value, at) || no(at, "is of the kind that its schema excludes by not");
  }
  bool condition(const json::value& said, const json::value& schema, const json::value& value,
                 const data_place& at) {
    const json::value* const then = json::find(schema, "then");
    const json::value* const otherwise = json::find(schema, "else");
    if (then == nullptr && otherwise == nullptr) return true;
    const json::value* const next = fits(said, value, at) ? then : otherwise;
    return next == nullptr || apply(*next, value, at);
  }

  const json::value& root_;
  std::vector<schema_mismatch>* told_ = nullptr;  // nothing: nobody asks why
  std::optional<schema_mismatch> stopped_;
  std::size_t work_ = 0;
  std::size_t depth_ = 0;
  std::map<std::string_view, result<schema_pattern>> patterns_;
};

}  // namespace

std::vector<schema_mismatch> find_mismatches(const json::value& data, const json::value& schema) {
  return schema_checker(schema).run(data);
}

}  // namespace gantry::slots
