#include <map>
#include <stdexcept>
#include <string>

#include "executor/fleet/schemas.hpp"
#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {
namespace {

// What is queued is counted by `seq`; a rule may make that of `state`, too. Where some had to be
// dropped a notice stands, which has none of the other members.
constexpr std::string_view output = R"json({
  "type": "object",
  "properties": {
    "seq": {"type": "integer", "minimum": 1, "description": "Number of the first line"},
    "count": {"type": "integer", "minimum": 1, "description": "How many lines text holds"},
    "text": {"type": "string", "description": "The lines, joined by newlines"},
    "stream": {"type": "string", "enum": ["stdout", "stderr", "tty"]},
    "time": {"type": "string", "format": "date-time", "description": "Of the first line"},
    "json": {"description": "The line's value, where it is one line of JSON"},
    "truncated": {"type": "boolean", "description": "The line was longer than the limit"},
    "suppressed": {"type": ["integer", "null"], "description": "So many were dropped here"},
    "from": {"type": ["integer", "null"], "description": "The first of them"},
    "to": {"type": ["integer", "null"], "description": "The last of them"},
    "reason": {"type": "string", "description": "Why they were dropped"}
  }
})json";

constexpr std::string_view run = R"json({
  "type": "object",
  "properties": {
    "seq": {"type": "integer", "minimum": 1},
    "containerId": {"type": "string"},
    "image": {"type": "string"},
    "startedAt": {"type": "string", "format": "date-time"},
    "suppressed": {"type": ["integer", "null"], "description": "So many were dropped here"},
    "from": {"type": ["integer", "null"], "description": "The first of them"},
    "to": {"type": ["integer", "null"], "description": "The last of them"},
    "reason": {"type": "string", "description": "Why they were dropped"}
  }
})json";

constexpr std::string_view end = R"json({
  "type": "object",
  "properties": {
    "seq": {"type": "integer", "minimum": 1},
    "exitCode": {"type": ["integer", "null"], "description": "null: the engine cannot tell"},
    "oomKilled": {"type": "boolean"},
    "error": {"type": "string"},
    "startedAt": {"type": ["string", "null"], "description": "RFC 3339, or null: not known"},
    "finishedAt": {"type": ["string", "null"], "description": "RFC 3339, or null: not known"},
    "signal": {"type": ["string", "null"], "description": "SIGKILL for exit code 137, and so on"},
    "askedBy": {"type": ["string", "null"], "description": "Who had it ended: gantry or other"},
    "durationMs": {"type": ["integer", "null"], "minimum": 0},
    "data": {"description": "The last line of the run that was JSON, or null"},
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
    "status": {
      "type": "string",
      "enum": ["created", "running", "paused", "restarting", "removing", "exited", "dead", "gone"]
    },
    "containerId": {"type": "string"},
    "image": {"type": "string"},
    "exitCode": {"type": "integer", "description": "This and the next four: of one that ended"},
    "oomKilled": {"type": "boolean", "description": "The kernel killed for want of memory"},
    "signal": {"type": ["string", "null"], "description": "SIGKILL for exit code 137, and so on"},
    "askedBy": {"type": ["string", "null"], "description": "Who had it ended: gantry or other"},
    "finishedAt": {"type": ["string", "null"]},
    "startedAt": {"type": ["string", "null"]},
    "restarts": {
      "type": "integer",
      "minimum": 0,
      "description": "How often it was started again after an end that nobody asked for"
    },
    "health": {"type": "string", "enum": ["healthy", "unhealthy", "starting", "none"]},
    "error": {"type": "string", "description": "Why it could not start, or the last action failed"},
    "suppressed": {"type": ["integer", "null"], "description": "So many were dropped here"},
    "from": {"type": ["integer", "null"], "description": "The first of them"},
    "to": {"type": ["integer", "null"], "description": "The last of them"},
    "reason": {"type": "string", "description": "Why they were dropped"}
  }
})json";

constexpr std::string_view health = R"json({
  "type": "object",
  "properties": {
    "seq": {"type": "integer", "minimum": 1},
    "status": {"type": "string", "enum": ["healthy", "unhealthy", "starting", "none"]},
    "failingStreak": {"type": "integer", "minimum": 0},
    "exitCode": {"type": "integer", "description": "Of the last probe"},
    "output": {"type": "string", "description": "What that probe printed"},
    "suppressed": {"type": ["integer", "null"], "description": "So many were dropped here"},
    "from": {"type": ["integer", "null"], "description": "The first of them"},
    "to": {"type": ["integer", "null"], "description": "The last of them"},
    "reason": {"type": "string", "description": "Why they were dropped"}
  }
})json";

constexpr std::string_view stats = R"json({
  "type": "object",
  "properties": {
    "seq": {"type": "integer", "minimum": 1},
    "cpu": {"type": ["number", "null"], "description": "CPUs used since the last pulse"},
    "memory": {
      "type": "object",
      "properties": {"used": {"type": "integer"}, "limit": {"type": "integer"}}
    },
    "net": {
      "type": "object",
      "properties": {"received": {"type": "integer"}, "sent": {"type": "integer"}}
    },
    "block": {
      "type": "object",
      "properties": {"read": {"type": "integer"}, "written": {"type": "integer"}}
    },
    "pids": {"type": "integer"},
    "time": {"type": "string", "format": "date-time"},
    "suppressed": {"type": ["integer", "null"], "description": "So many were dropped here"},
    "from": {"type": ["integer", "null"], "description": "The first of them"},
    "to": {"type": ["integer", "null"], "description": "The last of them"},
    "reason": {"type": "string", "description": "Why they were dropped"}
  }
})json";

constexpr std::string_view engine_facts = R"json({
  "type": "object",
  "properties": {
    "seq": {"type": "integer", "minimum": 1},
    "connected": {"type": "boolean"},
    "product": {"type": "string"},
    "version": {"type": "string"},
    "api": {"type": "string"},
    "os": {"type": "string"},
    "containers": {
      "type": "object",
      "properties": {
        "running": {"type": "integer"},
        "paused": {"type": "integer"},
        "stopped": {"type": "integer"}
      }
    },
    "images": {"type": "integer"},
    "error": {"type": "string", "description": "Why it does not answer"},
    "suppressed": {"type": ["integer", "null"], "description": "So many were dropped here"},
    "from": {"type": ["integer", "null"], "description": "The first of them"},
    "to": {"type": ["integer", "null"], "description": "The last of them"},
    "reason": {"type": "string", "description": "Why they were dropped"}
  }
})json";

// Never queued: it has no number and no notices.
constexpr std::string_view alerts = R"json({
  "type": "object",
  "properties": {
    "code": {"type": "string", "title": "What began or ended; empty: nothing yet"},
    "level": {"type": "string", "enum": ["info", "warn", "error"]},
    "message": {"type": "string"},
    "active": {"type": "boolean", "title": "It began; false: it ended"},
    "since": {"type": "string", "format": "date-time", "title": "When it began, or ended"},
    "all": {
      "type": "array",
      "title": "All that is wrong now, the worst first",
      "items": {
        "type": "object",
        "properties": {
          "code": {"type": "string"},
          "level": {"type": "string", "enum": ["info", "warn", "error"]},
          "message": {"type": "string"},
          "since": {"type": "string", "format": "date-time"}
        }
      }
    }
  }
})json";

}  // namespace

const json::text& emitter_schema(std::string_view emitter) {
  static const std::map<std::string_view, json::text> schemas{
      {emitter_names::output, minified_schema(output)},
      {emitter_names::run, minified_schema(run)},
      {emitter_names::stop, minified_schema(end)},
      {emitter_names::finish, minified_schema(end)},
      {emitter_names::state, minified_schema(state)},
      {emitter_names::health, minified_schema(health)},
      {emitter_names::stats, minified_schema(stats)},
      {emitter_names::engine, minified_schema(engine_facts)},
      {emitter_names::alerts, minified_schema(alerts)}};
  const auto found = schemas.find(emitter);
  if (found == schemas.end()) throw std::logic_error("no schema for " + std::string(emitter));
  return found->second;
}

}  // namespace gantry::fleet
