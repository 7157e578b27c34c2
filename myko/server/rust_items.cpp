#include "myko/server/rust_items.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/json.hpp"
#include "myko/server/entity_types.hpp"
#include "myko/server/item_rules.hpp"
#include "myko/server/json_edit.hpp"

namespace gantry::myko {
namespace {

using json::value;

row edited(std::string_view type, const kept_item& from, const auto& edit) {
  json::document item = json::parse(from.body.bytes).value();  // it was written by ourselves
  edit(item, item.GetAllocator());
  return read_row(type, item).value();  // what is edited stays what the type allows
}

bool has_text(const kept_item& kept, std::string_view key, std::string_view text) {
  const auto item = json::parse(kept.body.bytes);
  return item && json::find_string(*item, key) == text;
}

}  // namespace

void rust_items::stamp(std::string_view type, std::string_view client, value& item,
                       allocator& memory) {
  if (carries_client(type)) set_text(item, "clientId", client, memory);
  if (type != "Instance") return;
  const value* cluster = json::find(item, "clusterId");
  const auto id = json::find_string(item, "id");
  if (id && (cluster == nullptr || cluster->IsNull())) {
    const std::string own(*id);
    set_text(item, "clusterId", own, memory);
  }
}

void rust_items::take(const std::vector<event_view>& events, std::string_view client,
                      allocator& memory, moment now, outputs& out) {
  std::vector<row_event> at_once;
  for (const event_view& each : events) {
    strip_nul(*each.item, memory);
    if (each.change == change_type::set && each.item->IsObject()) {
      stamp(each.type, client, *each.item, memory);
    }
    auto read = read_row(each.type, *each.item);
    if (!read) {
      ++all_.counters.items_dropped;
      all_.reject(read.error().message);
    } else if (!ingest_window::holds(each.type)) {
      at_once.push_back({each.change, *std::move(read)});
    } else if (!window_.add({each.change, *std::move(read)}, now.steady)) {
      ++all_.counters.items_refused;
      all_.reject(std::string(each.type) + ": too much waits for its window");
    }
  }
  keeper_.apply(std::move(at_once), out);
}

void rust_items::tick(moment now, outputs& out) {
  for (auto& events : window_.take(now.steady)) keeper_.apply(std::move(events), out);
}

void rust_items::client_came(const std::string& client, const std::string& host, outputs& out) {
  json::document item(rapidjson::kObjectType);
  auto& memory = item.GetAllocator();
  item.AddMember("serverId", value(host, memory), memory);
  item.AddMember("address", value(), memory);
  item.AddMember("windback", value(), memory);
  item.AddMember("id", value(client, memory), memory);
  keeper_.set(client_type, {{std::string(client_type), {client, "", {json::write(item)}}, {}}},
              out);
}

void rust_items::client_gone(const std::string& client, outputs& out) {
  keeper_.remove(client_type, {client}, out);
  std::vector<row> instances;
  all_.items.for_each("Instance", [&](const kept_item& each) {
    if (!has_text(each, "clientId", client)) return;
    instances.push_back(edited("Instance", each, [](value& item, allocator& memory) {
      item.EraseMember("clientId");
      set_text(item, "status", "Unavailable", memory);
    }));
  });
  std::vector<std::string> ids;
  std::transform(instances.begin(), instances.end(), std::back_inserter(ids),
                 [](const row& each) { return each.kept.id; });
  keeper_.set("Instance", std::move(instances), out);
  for (const char* type : {"TargetStatus", "EmitterStatus", "ActionStatus"}) {
    set_offline(type, ids, out);
  }
}

void rust_items::set_offline(std::string_view type, const std::vector<std::string>& instances,
                             outputs& out) {
  std::vector<row> rows;
  for (const auto& [child, ids] : keeper_.links().of("Instance", instances)) {
    if (child != type) continue;
    for (const std::string& id : ids) {
      const kept_item* status = all_.items.find(type, id);
      if (status == nullptr || !has_text(*status, "status", "online")) continue;
      rows.push_back(edited(type, *status, [](value& item, allocator& memory) {
        set_text(item, "status", "offline", memory);
      }));
    }
  }
  keeper_.set(type, std::move(rows), out);
}

result<void> rust_items::set_now(std::string_view type, const value& item, outputs& out) {
  auto read = read_row(type, item);
  if (!read) return read.error();
  keeper_.set(type, {*std::move(read)}, out);
  return {};
}

}  // namespace gantry::myko
