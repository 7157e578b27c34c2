#include "myko/server/event_view.hpp"

#include "model/json.hpp"
#include "myko/server/json_edit.hpp"

namespace gantry::myko {
namespace {

bool text_or_absent(const json::value& data, std::string_view key) {
  const json::value* found = json::find(data, key);
  return found == nullptr || found->IsString();
}

bool text_or_null(const json::value& data, std::string_view key) {
  const json::value* found = json::find(data, key);
  return found == nullptr || found->IsNull() || found->IsString();
}

}  // namespace

std::optional<event_view> read_event(generation plays, json::value& data, std::string& why) {
  const auto type = json::find_string(data, "itemType");
  const auto change = json::find_string(data, "changeType");
  json::value* item = find_mutable(data, "item");
  if (!type || !change || item == nullptr) {
    why = "an event without itemType, changeType or item";
  } else if (*change != "SET" && *change != "DEL") {
    why = "an event with changeType " + std::string(*change);
  } else if (plays == generation::rust &&
             !(text_or_absent(data, "tx") && text_or_absent(data, "createdAt") &&
               text_or_null(data, "sourceId"))) {
    why = "an event whose tx, createdAt or sourceId is no string";
  } else {
    return event_view{*change == "SET" ? change_type::set : change_type::del, *type, item};
  }
  return std::nullopt;
}

}  // namespace gantry::myko
