// Everything that an executor publishes, and the way from one state of it to the next.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "model/entities.hpp"

namespace gantry::model {

enum class change_type { set, del };

// An item of an earlier life of this executor, as it was published then: it is no part of what
// there is now, but a core may hold it still.
struct leftover {
  std::string type;  // "Target", ...
  std::string id;
  change_type what = change_type::del;  // it is to be deleted, or set to this
  json::text item;

  bool operator==(const leftover&) const = default;
};

[[nodiscard]] inline json::text to_item(const leftover& from) { return from.item; }

// The definitions and statuses of one executor; pulses are not part of it.
struct catalogue {
  model::machine machine;
  model::instance instance;
  std::map<target_id, target> targets;
  std::map<action_id, action> actions;
  std::map<emitter_id, emitter> emitters;
  std::map<status_id, target_status> statuses;
  std::map<alert_id, alert> alerts;
  std::map<std::pair<std::string, std::string>, leftover> leftovers;  // by type and id

  bool operator==(const catalogue&) const = default;

  // Each under its own id, replacing what was there.
  void put(target item) { targets.insert_or_assign(item.id, std::move(item)); }
  void put(action item) { actions.insert_or_assign(item.id, std::move(item)); }
  void put(emitter item) { emitters.insert_or_assign(item.id, std::move(item)); }
  void put(target_status item) { statuses.insert_or_assign(id_of(item), std::move(item)); }
  void put(alert item) { alerts.insert_or_assign(id_of(item), std::move(item)); }
};

using entity =
    std::variant<machine, instance, target, action, emitter, target_status, alert, leftover>;

// One step: SET holds the new item, DEL the full last one.
struct change {
  change_type type = change_type::set;
  entity item;

  bool operator==(const change&) const = default;
};

// The steps from `from` to `to`; none for what is equal but for `lastUpdated`.
//
// The order: SETs of Machine, Instance, Targets (a parent before its sub-targets), Actions,
// Emitters, TargetStatuses, Alerts; then DELs, the other way round. So after every step each item
// that says where it belongs (machineId, parentTargets, targetId, instanceId, entityId) names only
// what is there. A target's own lists (actionIds, emitterIds, subTargets) run ahead of what they
// announce, and drop what goes before it is deleted. Leftovers come last, Alerts, Emitters,
// Actions, TargetStatuses, Targets, Instances, Machines, each once: one that is deleted by the way
// is not deleted twice. Only Pulses, which are nothing but leftovers, come before all DELs.
[[nodiscard]] std::vector<change> difference(const catalogue& from, const catalogue& to);

// All of `all`, for a server that may know nothing: the difference from an empty catalogue.
[[nodiscard]] std::vector<change> publication(const catalogue& all);

// "Machine", "TargetStatus", ...: the itemType of the wire. A leftover's is its own.
[[nodiscard]] std::string_view item_type(const entity& item);
[[nodiscard]] std::string id_of(const entity& item);

}  // namespace gantry::model
