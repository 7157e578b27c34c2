#include "myko/server/command_routes.hpp"

#include <utility>

#include "myko/server/json_edit.hpp"

namespace gantry::myko {
namespace {

std::string look_up(const std::map<std::string, std::string>& in, const std::string& key) {
  const auto found = in.find(key);
  return found != in.end() ? found->second : "";
}

}  // namespace

void command_routes::item_set(std::string_view type, const std::string& id,
                              const json::value& item) {
  if (type == "Instance") clients_[id] = text_at(item, "clientId");
  if (type == "Action") targets_[id] = text_at(item, "targetId");
  if (type != "TargetStatus") return;
  item_removed(type, id);
  if (text_at(item, "status") != "online") return;
  status now{text_at(item, "targetId"), text_at(item, "instanceId")};
  of_target_[now.target].insert(id);
  online_[id] = std::move(now);
}

void command_routes::item_removed(std::string_view type, const std::string& id) {
  if (type == "Instance") clients_.erase(id);
  if (type == "Action") targets_.erase(id);
  if (type != "TargetStatus") return;
  const auto found = online_.find(id);
  if (found == online_.end()) return;
  const auto siblings = of_target_.find(found->second.target);
  siblings->second.erase(id);
  if (siblings->second.empty()) of_target_.erase(siblings);
  online_.erase(found);
}

std::string command_routes::target_of(const std::string& action) const {
  return look_up(targets_, action);
}

std::optional<std::string> command_routes::online_instance(const std::string& target,
                                                           const connected& is_connected) const {
  const auto statuses = of_target_.find(target);
  if (statuses == of_target_.end()) return std::nullopt;
  std::optional<std::string> first;
  for (const std::string& id : statuses->second) {
    const std::string& instance = online_.at(id).instance;
    if (is_connected(client_of(instance))) return instance;
    if (!first) first = instance;
  }
  return first;
}

std::string command_routes::client_of(const std::string& instance) const {
  return look_up(clients_, instance);
}

}  // namespace gantry::myko
