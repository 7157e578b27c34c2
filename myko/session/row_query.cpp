#include "myko/session/row_query.hpp"

#include "model/json.hpp"
#include "model/json_object.hpp"

namespace gantry::myko {
namespace {

// The Rust server's names are made by a macro that puts an s behind the type. To a name that it
// does not know it answers with all rows of the type.
std::string plural_of(const std::string& type, generation server) {
  return type + (type == "TargetStatus" && server == generation::ts ? "es" : "s");
}

}  // namespace

query make_query(const row_choice& what, generation server, const std::string& tx) {
  const std::string name = "Get" + plural_of(what.type, server);
  json::object body;
  body.set("tx", tx);
  if (what.field.empty()) {
    body.set_list("ids", what.ids);
    return {name + "ByIds", what.type, tx, body.to_text()};
  }
  // The TypeScript server wants the fields in an object of their own.
  if (server == generation::ts) {
    body.set("query", json::object().set(what.field, what.value));
  } else {
    body.set(what.field, what.value);
  }
  return {name + "ByQuery", what.type, tx, body.to_text()};
}

bool row_query::receive(const query_response& answer) {
  if (answer.sequence == 0) {
    rows_.clear();
  } else if (!sequence_ || answer.sequence != *sequence_ + 1) {
    return false;
  }
  sequence_ = answer.sequence;
  for (const wrapped_item& each : answer.upserts) {
    const auto item = json::parse(each.item.bytes);
    if (!item) continue;
    const auto id = json::find_string(*item, "id");
    if (!id || !(ids_.empty() || ids_.contains(std::string(*id)))) continue;
    rows_.insert_or_assign(std::string(*id), each.item);
  }
  for (const std::string& id : answer.deletes) rows_.erase(id);
  return true;
}

}  // namespace gantry::myko
