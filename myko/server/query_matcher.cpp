#include "myko/server/query_matcher.hpp"

#include <algorithm>

#include "myko/server/entity_types.hpp"

namespace gantry::myko {
namespace {

enum class form { all, by_ids, by_query };

struct known_query {
  std::string_view type;
  form is;
};

// "GetTargetStatuses..." and, as the rust server's macro makes it, "GetTargetStatuss...".
std::optional<known_query> known(std::string_view id) {
  for (const entity_type& each : entity_types) {
    for (const std::string& plural : {std::string(each.plural), std::string(each.name) + "s"}) {
      if (id == "GetAll" + plural) return known_query{each.name, form::all};
      if (id == "Get" + plural + "ByIds") return known_query{each.name, form::by_ids};
      if (id == "Get" + plural + "ByQuery") return known_query{each.name, form::by_query};
    }
  }
  return std::nullopt;
}

std::set<std::string> ids_of(const json::value& body) {
  std::set<std::string> out;
  const json::value* ids = json::find(body, "ids");
  if (ids == nullptr || !ids->IsArray()) return out;
  for (const json::value& each : ids->GetArray()) {
    if (each.IsString()) out.emplace(each.GetString(), each.GetStringLength());
  }
  return out;
}

// A null field matches everything, as if it were absent.
std::vector<std::pair<std::string, std::string>> fields_of(const json::value& body) {
  const json::value* nested = json::find(body, "query");
  const bool has_nested = nested != nullptr && nested->IsObject();
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& each : (has_nested ? *nested : body).GetObject()) {
    const std::string_view name(each.name.GetString(), each.name.GetStringLength());
    if (each.value.IsNull()) continue;
    if (!has_nested && (name == "tx" || name == "createdAt" || name == "query")) continue;
    out.emplace_back(name, json::canonical(each.value));
  }
  return out;
}

}  // namespace

std::optional<query_matcher> query_matcher::create(generation plays, std::string_view query_id,
                                                   std::string_view item_type,
                                                   const json::value& body) {
  if (!body.IsObject()) return std::nullopt;
  const auto query = known(query_id);
  if (!query && plays != generation::rust) return std::nullopt;
  if (!query) return query_matcher(item_type, everything{});
  switch (query->is) {
    case form::all:
      return query_matcher(query->type, everything{});
    case form::by_ids:
      return query_matcher(query->type, ids_of(body));
    case form::by_query:
      return query_matcher(query->type, fields_of(body));
  }
  return std::nullopt;
}

bool query_matcher::matches(const std::string& id, const json::value& item) const {
  if (const auto* ids = std::get_if<by_ids>(&what_)) return ids->contains(id);
  const auto* fields = std::get_if<by_fields>(&what_);
  if (fields == nullptr) return true;
  return std::all_of(fields->begin(), fields->end(), [&](const auto& wanted) {
    const json::value* found = json::find(item, wanted.first);
    return found != nullptr && json::canonical(*found) == wanted.second;
  });
}

}  // namespace gantry::myko
