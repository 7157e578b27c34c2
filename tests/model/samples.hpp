// One of each entity, with every field set to something of its own.
#pragma once

#include "model/entities.hpp"

namespace gantry::model::sample {

inline machine a_machine() {
  return {.id = machine_id("host-1.example"),
          .name = "host-1",
          .dns_name = "host-1.example",
          .exec_name = "gantry",
          .addresses = {"10.0.0.7", "fe80::1"}};
}

inline instance an_instance() {
  return {.id = instance_id("host-1:gantry"),
          .name = "Gantry on host-1",
          .service = service_id("gantry"),
          .service_type_code = "containers",
          .machine = machine_id("host-1"),
          .client = client_id("c-1"),
          .status = instance_status::available,
          .color = "#336699",
          .message = "all is well"};
}

inline target a_target() {
  return {.id = target_id("gantry:container/clock"),
          .name = "Clock – grüße",
          .service = service_id("gantry"),
          .category = "container",
          .actions = {action_id("gantry:container/clock:run")},
          .emitters = {emitter_id("gantry:container/clock:output")},
          .sub_targets = {target_id("gantry:container/sub")},
          .parent_targets = {target_id("gantry:engine")},
          .background = "#101010",
          .foreground = "#fefefe",
          .last_updated = "2026-11-21T09:00:00.000Z",
          .root_level = false};
}

inline target_status a_status() {
  return {.target = target_id("gantry:container/clock"),
          .instance = instance_id("host-1:gantry"),
          .status = liveness::online};
}

inline alert an_alert() {
  return {.entity = "gantry:container/clock",
          .subject = alert_subject::target,
          .instance = instance_id("host-1:gantry"),
          .level = alert_level::error,
          .code = "crash-loop",
          .message = "It ended 3 times – exit code 1."};
}

inline action an_action() {
  return {.id = action_id("gantry:container/clock:run"),
          .name = "run",
          .target = target_id("gantry:container/clock"),
          .service = service_id("gantry"),
          .schema = json::text{R"({ "type": "object",
            "properties": {"b": {"type": "string"}, "a": {"type": "integer"}} })"}};
}

inline emitter an_emitter() {
  return {.id = emitter_id("gantry:container/clock:output"),
          .name = "output",
          .target = target_id("gantry:container/clock"),
          .service = service_id("gantry"),
          .schema = json::text{R"({"type":"object"})"}};
}

inline pulse a_pulse() {
  return {.emitter = emitter_id("gantry:container/clock:output"),
          .data = {R"({"text":"tick \"1\"\n","seq":1})"},
          .timestamp = 1'795'251'600'000,
          .sequence = 7};
}

}  // namespace gantry::model::sample
