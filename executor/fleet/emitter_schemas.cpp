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
    "exitCode": {"type": "integer"},
    "error": {"type": "string", "description": "Why it could not start, or the last action failed"},
    "suppressed": {"type": ["integer", "null"], "description": "So many were dropped here"},
    "from": {"type": ["integer", "null"], "description": "The first of them"},
    "to": {"type": ["integer", "null"], "description": "The last of them"},
    "reason": {"type": "string", "description": "Why they were dropped"}
  }
})json";

}  // namespace

const json::text& emitter_schema(std::string_view emitter) {
  static const std::map<std::string_view, json::text> schemas{
      {emitter_names::output, minified_schema(output)},
      {emitter_names::run, minified_schema(run)},
      {emitter_names::stop, minified_schema(end)},
      {emitter_names::finish, minified_schema(end)},
      {emitter_names::state, minified_schema(state)}};
  const auto found = schemas.find(emitter);
  if (found == schemas.end()) throw std::logic_error("no schema for " + std::string(emitter));
  return found->second;
}

}  // namespace gantry::fleet
