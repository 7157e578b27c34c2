#include "myko/server/query_matcher.hpp"

#include <algorithm>

#include "model/json.hpp"
#include "myko/server/entity_types.hpp"
#include "myko/server/item_rules.hpp"
#include "myko/server/relations.hpp"
#include "myko/server/stored_types.hpp"

namespace gantry::myko {
namespace {

enum class form { all, by_ids, by_query };

struct known_query {
  std::string_view type;
  form is;
};

// "GetTargetStatuss...": the rust server's plural is always the name and "s".
std::optional<known_query> known_to_rust(std::string_view id) {
  if (const auto type = type_between(id, "GetAll", "s")) return known_query{*type, form::all};
  if (const auto type = type_between(id, "Get", "sByIds")) return known_query{*type, form::by_ids};
  if (const auto type = type_between(id, "Get", "sByQuery")) {
    return known_query{*type, form::by_query};
  }
  return std::nullopt;
}

// "GetTargetStatuses..." and "GetTargetStatuss...".
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

using wanted_fields = std::vector<std::pair<std::string, std::set<std::string>>>;

// A null field matches everything, as if it were absent.
wanted_fields fields_of(const json::value& body) {
  const json::value* nested = json::find(body, "query");
  const bool has_nested = nested != nullptr && nested->IsObject();
  wanted_fields out;
  for (const auto& each : (has_nested ? *nested : body).GetObject()) {
    const std::string_view name(each.name.GetString(), each.name.GetStringLength());
    if (each.value.IsNull()) continue;
    if (!has_nested && (name == "tx" || name == "createdAt" || name == "query")) continue;
    out.emplace_back(name, std::set{json::canonical(each.value)});
  }
  return out;
}

// Beside the tx; fields that the type does not have are passed over. {"$in": [...]}: any of them.
wanted_fields rust_fields_of(std::string_view type, const json::value& body) {
  wanted_fields out;
  for (const auto& each : body.GetObject()) {
    const std::string_view name(each.name.GetString(), each.name.GetStringLength());
    if (each.value.IsNull() || name == "tx" || !has_field(type, name)) continue;
    const json::value* any_of = json::find(each.value, "$in");
    std::set<std::string> values;
    if (any_of != nullptr && any_of->IsArray()) {
      for (const json::value& one : any_of->GetArray()) values.insert(json::canonical(one));
    } else {
      values.insert(json::canonical(each.value));
    }
    out.emplace_back(name, std::move(values));
  }
  return out;
}

bool lists_ids(const json::value& body) {
  const json::value* ids = json::find(body, "ids");
  if (ids == nullptr || !ids->IsArray()) return false;
  const auto all = ids->GetArray();
  return std::all_of(all.begin(), all.end(),
                     [](const json::value& each) { return each.IsString(); });
}

}  // namespace

std::optional<query_matcher> query_matcher::create(generation plays, std::string_view query_id,
                                                   std::string_view item_type,
                                                   const json::value& body) {
  if (!body.IsObject()) return std::nullopt;
  const bool rust = plays == generation::rust;
  const auto query = rust ? known_to_rust(query_id) : known(query_id);
  if (!query && !rust) return std::nullopt;
  if (!query) return query_matcher(item_type, everything{});
  if (rust && query->is == form::by_ids && !lists_ids(body)) return std::nullopt;
  switch (query->is) {
    case form::all:
      return query_matcher(query->type, everything{});
    case form::by_ids:
      return query_matcher(query->type, ids_of(body));
    case form::by_query:
      return query_matcher(query->type, rust ? rust_fields_of(query->type, body) : fields_of(body));
  }
  return std::nullopt;
}

query_matcher::route query_matcher::looks_by() const {
  if (std::holds_alternative<by_ids>(what_)) return route::ids;
  const auto* fields = std::get_if<by_fields>(&what_);
  if (fields == nullptr) return route::scan;
  const auto links = links_of(type_);
  route out = route::scan;
  for (const auto& wanted : *fields) {
    const std::string& name = wanted.first;
    if (name == "id") return route::ids;
    // A client may be absent, which is no way to look for anything.
    const bool linked =
        name != "clientId" && std::any_of(links.begin(), links.end(),
                                          [&](const link& each) { return each.field == name; });
    if (linked) out = route::link;
  }
  return out;
}

bool query_matcher::matches(const std::string& id, const json::value& item) const {
  if (const auto* ids = std::get_if<by_ids>(&what_)) return ids->contains(id);
  const auto* fields = std::get_if<by_fields>(&what_);
  if (fields == nullptr) return true;
  return std::all_of(fields->begin(), fields->end(), [&](const auto& wanted) {
    const json::value* found = json::find(item, wanted.first);
    return found != nullptr && wanted.second.contains(json::canonical(*found));
  });
}

}  // namespace gantry::myko
