// What Rocketship knows of an executor: the eight entity types, as plain data.
//
// The fields are the union of those of the Executor API page and of newer servers, which ignore
// the ones that they do not know. `hash` is not stored: it is derived when an item is written.
// Source: the Rocketship Executor API page, Types; the Myko protocol page, Entities.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/ids.hpp"
#include "model/json_types.hpp"

namespace gantry::model {

// A host. All executors of one host publish the same machine.
struct machine {
  machine_id id;  // the DNS host name
  std::string name;
  std::string dns_name;
  std::string exec_name;
  std::vector<std::string> addresses;

  bool operator==(const machine&) const = default;
};

enum class instance_status { starting, available, stopping, unavailable, error };

// One running executor.
struct instance {
  instance_id id;
  std::string name;
  service_id service;
  std::string service_type_code;
  machine_id machine;
  client_id client;  // of the present connection; empty until the server has told it
  instance_status status = instance_status::starting;
  std::string color;    // #rrggbb
  std::string message;  // for the operator; empty when all is well

  bool operator==(const instance&) const = default;
};

struct target {
  target_id id;
  std::string name;
  service_id service;
  std::string category;
  std::vector<action_id> actions;
  std::vector<emitter_id> emitters;
  std::vector<target_id> sub_targets;
  std::vector<target_id> parent_targets;
  std::string background;    // #rrggbb
  std::string foreground;    // #rrggbb
  std::string last_updated;  // RFC 3339; not part of the hash
  bool root_level = false;

  bool operator==(const target&) const = default;
};

enum class liveness { online, offline };

struct target_status {
  target_id target;
  instance_id instance;
  liveness status = liveness::offline;

  bool operator==(const target_status&) const = default;
};

struct action {
  action_id id;
  std::string name;
  target_id target;
  service_id service;
  std::optional<json::text> schema;  // JSON Schema, Draft 7, of the action's data

  bool operator==(const action&) const = default;
};

struct emitter {
  emitter_id id;
  std::string name;
  target_id target;
  service_id service;
  std::optional<json::text> schema;  // JSON Schema, Draft 7, of the pulses' data

  bool operator==(const emitter&) const = default;
};

// What an alert is about.
enum class alert_subject { target, action, payload, instance };

enum class alert_level { info, warn, error };

// What is wrong with an entity now, for people. By its id there is one for each entity and
// instance: it is set when something begins or changes, and deleted when nothing is wrong any more.
struct alert {
  std::string entity;  // the full id of what it is about
  alert_subject subject = alert_subject::target;
  instance_id instance;
  alert_level level = alert_level::info;
  std::string code;     // for programs: "crash-loop"
  std::string message;  // for people: what is wrong, and what to do

  bool operator==(const alert&) const = default;
};

// One value out of an emitter. A core keeps the last of each emitter.
struct pulse {
  emitter_id emitter;
  json::text data;             // an object
  std::int64_t timestamp = 0;  // ms since 1970
  std::uint64_t sequence = 0;  // unlike that of any other pulse of this process; makes the hash
                               // unique, and is itself not sent
  bool operator==(const pulse&) const = default;
};

[[nodiscard]] std::string_view to_string(instance_status status);
[[nodiscard]] std::string_view to_string(liveness status);
[[nodiscard]] std::string_view to_string(alert_subject subject);
[[nodiscard]] std::string_view to_string(alert_level level);

[[nodiscard]] status_id id_of(const target_status& status);
[[nodiscard]] alert_id id_of(const alert& alert);

}  // namespace gantry::model
