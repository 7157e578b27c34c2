#include "myko/server/core_commands.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "model/json.hpp"
#include "myko/error.hpp"
#include "myko/server/entity_types.hpp"
#include "myko/server/frames.hpp"
#include "myko/server/item_rules.hpp"
#include "myko/server/json_edit.hpp"
#include "myko/server/stored_types.hpp"

namespace gantry::myko {
namespace {

using json::value;

failure refused(std::string why) { return {errc::not_a_message, std::move(why)}; }
failure unread(const std::string& why) { return refused("Failed to deserialize command: " + why); }
failure missing(std::string_view field) {
  return unread("missing field `" + std::string(field) + "`");
}

std::string quoted(const std::string& text) {
  return json::write(value(rapidjson::StringRef(text.data(), text.size())));
}

// The server's own words where a field is missing, ours for the rest.
failure unread_row(const std::string& why) {
  static constexpr std::string_view tail = " is missing";
  const auto field = why.rfind(": ");
  if (!why.ends_with(tail) || field == std::string::npos) return unread(why);
  return missing(why.substr(field + 2, why.size() - field - 2 - tail.size()));
}

// What is sent of a part of a command: of an action its id and its target alone.
result<value> relayed_part(std::string_view name, const value& given,
                           json::document::AllocatorType& memory) {
  if (name != "action") return value(given, memory);
  value out(rapidjson::kObjectType);
  for (const char* key : {"id", "targetId"}) {
    const auto text = json::find_string(given, key);
    if (!text) return missing(key);
    set_text(out, key, *text, memory);
  }
  return out;
}

struct relayed {
  std::string_view by;                     // the command that asks for it
  std::string_view sent;                   // what is sent
  std::array<std::string_view, 3> fields;  // of the latter; all must be there
};
constexpr std::array relays{
    relayed{"RelayExec", "ExecTargetAction", {"instanceId", "action", "data"}},
    relayed{"RelayBatch", "BatchTargetAction", {"actions"}},
    relayed{"RelayCompact", "CompactBatchTargetAction", {"groups"}},
    relayed{"RelayResend", "ResendEmitterValue", {"instanceId", "emitterId"}},
};

const relayed* find_relay(std::string_view id) {
  const auto* found = std::find_if(relays.begin(), relays.end(),
                                   [&](const relayed& each) { return each.by == id; });
  return found != relays.end() ? found : nullptr;
}

std::optional<std::string_view> deleted_type(std::string_view id, std::string_view end) {
  const auto type = type_between(id, "Delete", end);
  return type != client_type ? type : std::nullopt;
}

}  // namespace

bool core_commands::knows(std::string_view id) {
  static constexpr std::array<std::string_view, 3> named{"RegisterInstance", "EnsureMachine",
                                                         "DeleteOfflineMachines"};
  return std::count(named.begin(), named.end(), id) > 0 || find_relay(id) != nullptr ||
         deleted_type(id, "") || deleted_type(id, "s");
}

void core_commands::call(const caller& from, const std::string& id, const value& body,
                         outputs& out) {
  std::string tx(json::find_string(body, "tx").value_or(""));
  if (tx.empty()) tx = "unknown";
  const answer done = perform(from, id, body, out);
  out.push_back({from.connection,
                 done ? frames::command_response(generation::rust, tx, *done)
                      : frames::command_error(generation::rust, tx, id, done.error().message)});
}

core_commands::answer core_commands::perform(const caller& from, const std::string& id,
                                             const value& body, outputs& out) {
  if (id == "RegisterInstance") return register_instance(from, body, out);
  if (id == "DeleteOfflineMachines") return delete_offline_machines(out);
  if (id == "EnsureMachine") {
    const auto machine = json::find_string(body, "machineId");
    if (!machine) return missing("machineId");
    return ensure_machine(std::string(*machine), out);
  }
  if (find_relay(id) != nullptr) return relay(id, body, out);
  if (const auto type = deleted_type(id, "")) return delete_one(*type, body, out);
  return delete_many(deleted_type(id, "s").value_or(""), body, out);
}

core_commands::answer core_commands::register_instance(const caller& from, const value& body,
                                                       outputs& out) {
  const value* given = json::find(body, "instance");
  if (given == nullptr) return missing("instance");
  json::document instance;
  instance.CopyFrom(*given, instance.GetAllocator());
  if (instance.IsObject()) {
    rust_items::stamp("Instance", from.client, instance, instance.GetAllocator());
  }
  // Read first: of an Instance that is none there is to be no Machine either.
  if (const auto read = read_row("Instance", instance); !read) {
    return unread_row(read.error().message);
  }
  (void)ensure_machine(std::string(*json::find_string(instance, "machineId")), out);
  if (const auto done = rows_.set_now("Instance", instance, out); !done) return done.error();
  return quoted(std::string(*json::find_string(instance, "id")));
}

core_commands::answer core_commands::ensure_machine(const std::string& machine, outputs& out) {
  if (items_.find("Machine", machine) == nullptr) {
    json::document item(rapidjson::kObjectType);
    auto& memory = item.GetAllocator();
    set_text(item, "id", machine, memory);
    set_text(item, "execName", machine, memory);
    if (const auto done = rows_.set_now("Machine", item, out); !done) return done.error();
  }
  return quoted(machine);
}

core_commands::answer core_commands::delete_offline_machines(outputs& out) {
  std::set<std::string> online;
  items_.for_each("MachineStatus", [&](const kept_item& each) {
    const auto item = json::parse(each.body.bytes);
    if (!item || !json::find_string(*item, "clientId")) return;
    online.emplace(json::find_string(*item, "machineId").value_or(""));
  });
  std::vector<std::string> offline;
  items_.for_each("Machine", [&](const kept_item& each) {
    if (!online.contains(each.id)) offline.push_back(each.id);
  });
  rows_.remove_now("Machine", offline, out);
  return std::string("null");
}

core_commands::answer core_commands::delete_one(std::string_view type, const value& body,
                                                outputs& out) {
  const auto id = json::find_string(body, "id");
  if (!id) return missing("id");
  if (items_.find(type, *id) == nullptr) {
    return refused(std::string(type) + " not found: " + std::string(*id));
  }
  rows_.remove_now(type, {std::string(*id)}, out);
  return std::string(R"({"deleted":true})");
}

core_commands::answer core_commands::delete_many(std::string_view type, const value& body,
                                                 outputs& out) {
  const value* ids = json::find(body, "ids");
  if (ids == nullptr || !ids->IsArray()) return missing("ids");
  std::vector<std::string> known;
  for (const value& each : ids->GetArray()) {
    if (!each.IsString()) return unread("an id is no string");
    std::string id(each.GetString(), each.GetStringLength());
    if (items_.find(type, id) != nullptr) known.push_back(std::move(id));
  }
  rows_.remove_now(type, known, out);
  return R"({"deletedCount":)" + std::to_string(known.size()) + "}";
}

core_commands::answer core_commands::relay(const std::string& id, const value& body, outputs& out) {
  const relayed& what = *find_relay(id);
  const auto instance = json::find_string(body, "toInstance");
  if (!instance) return missing("toInstance");
  const value* send = json::find(body, "send");
  if (send == nullptr) return missing("send");
  const std::string tx = make_uuid(random_);
  json::document command(rapidjson::kObjectType);
  auto& memory = command.GetAllocator();
  set_text(command, "tx", tx, memory);
  for (const std::string_view each : what.fields) {
    if (each.empty()) continue;
    const value* found = json::find(*send, each);
    if (found == nullptr) return missing(each);
    auto part = relayed_part(each, *found, memory);
    if (!part) return part.error();
    command.AddMember(value(std::string(each), memory), *part, memory);
  }
  const auto to = connection_of(std::string(*instance));
  if (!to) return to.error();
  out.push_back({*to, frames::command(generation::rust, what.sent, json::write(command))});
  return quoted(tx);
}

result<connection_id> core_commands::connection_of(const std::string& instance) const {
  const kept_item* found = items_.find("Instance", instance);
  if (found == nullptr) return refused("no such instance");
  const auto item = json::parse(found->body.bytes);
  const auto client = item ? json::find_string(*item, "clientId") : std::nullopt;
  if (!client) return refused("instance has no client");
  const auto connection = find_client_(std::string(*client));
  if (!connection) return refused("client " + std::string(*client) + " is not registered");
  return *connection;
}

}  // namespace gantry::myko
