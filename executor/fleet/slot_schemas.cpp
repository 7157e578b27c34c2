#include "executor/fleet/slot_schemas.hpp"

#include <map>
#include <stdexcept>
#include <string>

#include "executor/fleet/schemas.hpp"
#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {
namespace {

constexpr std::string_view any_object = R"json({"type": "object"})json";

constexpr std::string_view stop = R"json({
  "type": "object",
  "properties": {
    "run": {
      "type": "string",
      "title": "Run",
      "description": "Its name, from the answer to run. Empty: all, and those that wait."
    }
  },
  "additionalProperties": false
})json";

// A value has no fixed members: it is what the program prints.
constexpr std::string_view values = R"json({
  "type": "object",
  "description": "What the program printed: an object as it is, any other value as value"
})json";

constexpr std::string_view lines = R"json({
  "type": "object",
  "properties": {
    "run": {"type": "string", "description": "Which run printed it"},
    "seq": {"type": "integer", "minimum": 1, "description": "Number of the first line"},
    "count": {"type": "integer", "minimum": 1, "description": "How many lines text holds"},
    "text": {"type": "string", "description": "The lines, joined by newlines"},
    "stream": {"type": "string", "enum": ["stdout", "stderr"]},
    "time": {"type": "string", "format": "date-time", "description": "Of the first line"},
    "json": {"description": "The line's value, where it is one line of JSON"},
    "truncated": {"type": "boolean", "description": "The line was longer than the limit"},
    "suppressed": {"type": ["integer", "null"], "description": "So many were dropped here"},
    "from": {"type": ["integer", "null"], "description": "The first of them"},
    "to": {"type": ["integer", "null"], "description": "The last of them"},
    "reason": {"type": "string", "description": "Why they were dropped"}
  }
})json";

constexpr std::string_view state = R"json({
  "type": "object",
  "properties": {
    "seq": {"type": "integer", "minimum": 1},
    "status": {"type": "string", "enum": ["idle", "busy", "full"]},
    "concurrency": {"type": "integer", "description": "Runs at a time"},
    "running": {"type": "array", "items": {"type": "string"}, "description": "Their names"},
    "waiting": {"type": "integer", "description": "Runs that wait for their turn"},
    "note": {"type": "string", "description": "What it is doing, such as pulling its image"},
    "error": {"type": "string", "description": "Why the last run could not be started"},
    "suppressed": {"type": ["integer", "null"]},
    "from": {"type": ["integer", "null"]},
    "to": {"type": ["integer", "null"]},
    "reason": {"type": "string"}
  }
})json";

// What a container's schema has, and which run it is.
json::text with_run(const json::text& schema, bool with_reason) {
  auto out = json::parse(schema.bytes).value();
  auto& memory = out.GetAllocator();
  json::value& members = out["properties"];
  const auto add = [&](const char* name, const char* what) {
    json::value each(rapidjson::kObjectType);
    each.AddMember("type", "string", memory);
    each.AddMember("description", rapidjson::StringRef(what), memory);
    members.RemoveMember(name);
    members.AddMember(rapidjson::StringRef(name), each, memory);
  };
  add("run", "Which run it is");
  if (with_reason) {
    add("reason",
        "exit, memory, signal, stop, timeout, replaced, not started, input lost or unknown; of a "
        "notice: why pulses were dropped");
  }
  return {json::write(out)};
}

}  // namespace

const json::text& any_object_schema() {
  static const json::text schema = minified_schema(any_object);
  return schema;
}

const json::text& slot_stop_schema() {
  static const json::text schema = minified_schema(stop);
  return schema;
}

const json::text& slot_emitter_schema(slots::output_form form, std::string_view emitter) {
  static const json::text of_values = minified_schema(values);
  static const std::map<std::string_view, json::text> schemas{
      {emitter_names::output, minified_schema(lines)},
      {emitter_names::error, minified_schema(lines)},
      {emitter_names::run, with_run(emitter_schema(emitter_names::run), false)},
      {emitter_names::stop, with_run(emitter_schema(emitter_names::stop), true)},
      {emitter_names::finish, with_run(emitter_schema(emitter_names::finish), true)},
      {emitter_names::state, minified_schema(state)},
      {emitter_names::alerts, emitter_schema(emitter_names::alerts)}};
  if (form == slots::output_form::json && emitter == emitter_names::output) return of_values;
  const auto found = schemas.find(emitter);
  if (found == schemas.end()) throw std::logic_error("no schema for " + std::string(emitter));
  return found->second;
}

}  // namespace gantry::fleet
