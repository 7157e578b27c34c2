#include "executor/slots/schema_draft.hpp"

#include <algorithm>
#include <utility>

#include "model/json.hpp"

namespace gantry::slots {
namespace {

json::value unowned(std::string_view text) {
  return json::value(
      rapidjson::StringRef(text.data(), static_cast<rapidjson::SizeType>(text.size())));
}

}  // namespace

json::value schema_draft::text(std::string_view of) {
  return json::value(of.data(), static_cast<rapidjson::SizeType>(of.size()), memory_);
}

json::value schema_draft::list(std::vector<json::value> of) {
  json::value out(rapidjson::kArrayType);
  for (json::value& each : of) out.PushBack(std::move(each), memory_);
  return out;
}

void schema_draft::set(json::value& out, std::string_view key, json::value value) {
  const auto found = out.FindMember(unowned(key));
  if (found != out.MemberEnd()) {
    found->value = std::move(value);
  } else {
    out.AddMember(text(key), std::move(value), memory_);
  }
}

void schema_draft::set_new(json::value& out, std::string_view key, json::value value) {
  if (json::find(out, key) == nullptr) out.AddMember(text(key), std::move(value), memory_);
}

json::value& schema_draft::properties_of(json::value& out) {
  set_new(out, "properties", object());
  return out["properties"];
}

void schema_draft::require(json::value& out, const json::value& names) {
  set_new(out, "required", json::value(rapidjson::kArrayType));
  json::value& all = out["required"];
  for (const json::value& each : names.GetArray()) {
    const bool known = std::any_of(all.Begin(), all.End(), [&](const json::value& one) {
      return one.IsString() && text_of(one) == text_of(each);
    });
    if (!known) all.PushBack(copy(each), memory_);
  }
}

void schema_draft::merge(json::value& out, json::value more) {
  if (const json::value* names = json::find(more, "required")) require(out, *names);
  join_properties(out, more);
  // A choice of texts goes together with their enum.
  const bool of_text = json::find_string(out, "type").value_or("string") == "string";
  if (!of_text || json::find(out, "enum") != nullptr) more.RemoveMember("oneOf");
  for (auto& each : more.GetObject()) set_new(out, text_of(each.name), std::move(each.value));
}

void schema_draft::share(json::value& out, std::vector<json::value> variants) {
  if (variants.empty()) return;
  const auto type = json::find_string(variants.front(), "type");
  const bool shared = type && std::all_of(variants.begin(), variants.end(), [&](const auto& each) {
                        return json::find_string(each, "type") == type;
                      });
  if (shared) set_new(out, "type", text(*type));
  for (json::value& each : variants) join_properties(out, each);
}

void schema_draft::join_properties(json::value& out, json::value& more) {
  const auto from = more.FindMember("properties");
  if (from == more.MemberEnd()) return;
  json::value& into = properties_of(out);
  for (auto& each : from->value.GetObject()) {
    set_new(into, text_of(each.name), std::move(each.value));
  }
}

}  // namespace gantry::slots
