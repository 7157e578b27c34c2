#include <map>
#include <stdexcept>
#include <string>

#include "executor/fleet/schemas.hpp"

namespace gantry::fleet {
namespace {

constexpr std::string_view nothing = R"json({
  "type": "object",
  "properties": {},
  "additionalProperties": false
})json";

constexpr std::string_view grace = R"json({
  "type": "object",
  "properties": {
    "timeout": {
      "type": "integer", "minimum": 0, "maximum": 3600,
      "title": "Timeout (s)",
      "description": "Time to end by itself before it is killed. Empty: the engine's default."
    }
  },
  "additionalProperties": false
})json";

constexpr std::string_view forget = R"json({
  "type": "object",
  "properties": {
    "target": {
      "type": "string",
      "title": "Target",
      "description": "Name or id of one that is gone, or of a project. Empty: all that are gone."
    }
  },
  "additionalProperties": false
})json";

constexpr std::string_view kill = R"json({
  "type": "object",
  "properties": {
    "signal": {
      "type": "string", "maxLength": 16,
      "title": "Signal",
      "description": "By name, such as SIGHUP. Empty: SIGKILL."
    }
  },
  "additionalProperties": false
})json";

constexpr std::string_view write = R"json({
  "type": "object",
  "properties": {
    "text": {
      "type": "string", "maxLength": 65536,
      "title": "Text",
      "description": "For the container's input. A newline is put behind it."
    },
    "json": {
      "title": "JSON",
      "description": "A value that goes to the container's input as one line, instead of text."
    }
  },
  "oneOf": [{"required": ["text"]}, {"required": ["json"]}],
  "additionalProperties": false
})json";

constexpr std::string_view exec = R"json({
  "type": "object",
  "properties": {
    "command": {
      "type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 256,
      "title": "Command",
      "description": "The program and its arguments; no shell takes part."
    },
    "user": {"type": "string", "title": "User", "description": "Empty: the container's."},
    "timeout": {
      "type": "integer", "minimum": 1, "maximum": 300,
      "title": "Timeout (s)",
      "description": "Empty: 4. Beyond that the answer is accepted, and gantry's log has the end."
    }
  },
  "required": ["command"],
  "additionalProperties": false
})json";

constexpr std::string_view remove = R"json({
  "type": "object",
  "properties": {
    "force": {
      "type": "boolean", "title": "Force", "description": "Also when it runs: it is killed."
    },
    "volumes": {
      "type": "boolean", "title": "Volumes", "description": "With its anonymous volumes."
    }
  },
  "additionalProperties": false
})json";

constexpr std::string_view pull = R"json({
  "type": "object",
  "properties": {
    "image": {
      "type": "string", "minLength": 1, "maxLength": 512,
      "title": "Image",
      "description": "As in docker pull: without a tag it is :latest."
    }
  },
  "required": ["image"],
  "additionalProperties": false
})json";

constexpr std::string_view configure = R"json({
  "type": "object",
  "properties": {
    "logLevel": {
      "type": "string", "enum": ["debug", "info", "warning", "error"],
      "title": "Log level", "description": "Of gantry, until its next start."
    },
    "lookAgainEvery": {
      "type": "integer", "minimum": 1, "maximum": 3600,
      "title": "Look again every (s)",
      "description": "How often all containers are listed and inspected, until the next start."
    },
    "statsEvery": {
      "type": "integer", "minimum": 1, "maximum": 3600,
      "title": "Statistics every (s)",
      "description": "Of containers whose statistics are on, until the next start."
    }
  },
  "additionalProperties": false
})json";

}  // namespace

const json::text& action_schema(verb what) {
  static const std::map<verb, json::text> schemas{
      {verb::run, minified_schema(nothing)},     {verb::stop, minified_schema(grace)},
      {verb::restart, minified_schema(grace)},   {verb::pause, minified_schema(nothing)},
      {verb::unpause, minified_schema(nothing)}, {verb::kill, minified_schema(kill)},
      {verb::write, minified_schema(write)},     {verb::exec, minified_schema(exec)},
      {verb::remove, minified_schema(remove)},   {verb::pull, minified_schema(pull)},
      {verb::refresh, minified_schema(nothing)}, {verb::configure, minified_schema(configure)},
      {verb::forget, minified_schema(forget)}};
  return schemas.at(what);
}

}  // namespace gantry::fleet
