#include "myko/server/event_view.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "myko/server/json_edit.hpp"

namespace gantry::myko {
namespace {

std::string_view id_of(const event_view& event) {
  return json::find_string(*event.item, "id").value_or("");
}

bool text_or_absent(const json::value& data, std::string_view key) {
  const json::value* found = json::find(data, key);
  return found == nullptr || found->IsString();
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
             !(text_or_absent(data, "tx") && text_or_absent(data, "createdAt"))) {
    why = "an event whose tx or createdAt is no string";
  } else {
    return event_view{*change == "SET" ? change_type::set : change_type::del, *type, item};
  }
  return std::nullopt;
}

std::vector<event_view> in_batch_order(std::vector<event_view> events) {
  // The last SET of an item takes the place of the first.
  std::vector<event_view> out;
  std::map<std::pair<std::string_view, std::string_view>, std::size_t> sets;
  for (const event_view& each : events) {
    if (each.change == change_type::set) {
      const auto [place, first] = sets.try_emplace({each.type, id_of(each)}, out.size());
      if (!first) {
        out[place->second] = each;
        continue;
      }
    }
    out.push_back(each);
  }
  std::stable_sort(out.begin(), out.end(), [](const event_view& left, const event_view& right) {
    if (left.change != right.change) return left.change == change_type::set;
    return left.type < right.type;
  });
  return out;
}

}  // namespace gantry::myko
