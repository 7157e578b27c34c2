#include <map>

#include "executor/fleet/schemas.hpp"

// A scene's node sends each input that nobody has set as its type's default: 0, "", false or []. So
// these say that it is not given, and the titles what happens then.
namespace gantry::fleet {
namespace {

using value = value_schema;

constexpr std::int64_t hour = 3'600;  // s

object_schema nothing_schema() { return object_schema({}); }

object_schema grace_schema() {
  return object_schema({{"timeout", value::integer("Timeout (s), 0: the engine's own", {0, hour})
                                        .about("Time to end by itself before it is killed.")}});
}

object_schema forget_schema() {
  return object_schema(
      {{"target", value::text("Target that is gone, or a project")
                      .about("Its name or id; of a project what is gone of it.")},
       {"all", value::toggle("All that are gone").about("Instead of one target.")}});
}

object_schema kill_schema() {
  return object_schema(
      {{"signal",
        value::text("Signal, empty: SIGKILL", {.most = 16}).about("By name, such as SIGHUP.")}});
}

// Of `json`, whose null alone says that it is not given, 0, "" and false are values.
object_schema write_schema() {
  return object_schema(
      {{"text", value::text("Text, if JSON is not given", {.most = 65'536})
                    .or_empty()
                    .about("For the container's input. A newline is put behind it.")},
       {"json",
        value::any("JSON, instead of text")
            .about("A value that goes to the container's input as one line, instead of text.")}});
}

object_schema exec_schema() {
  return object_schema(
      {{"command",
        value::list("Command: program and arguments", value::text("Word"), {1, 256})
            .about("The program and its arguments; no shell takes part."),
        true},
       {"user", value::text("User, empty: the container's")},
       {"timeout",
        value::integer("Timeout (s), 0: 4 s", {0, 300})
            .about("Beyond 4 s the answer is accepted, and gantry's log has the end.")}});
}

object_schema remove_schema() {
  return object_schema(
      {{"force", value::toggle("Force").about("Also when it runs: it is killed.")},
       {"volumes", value::toggle("Volumes").about("With its anonymous volumes.")}});
}

object_schema pull_schema() {
  return object_schema(
      {{"image",
        value::text("Image", {1, 512}).about("As in docker pull: without a tag it is :latest."),
        true}});
}

object_schema configure_schema() {
  return object_schema(
      {{"logLevel", value::choice("Log level", {{"", "Keep"},
                                                {"debug", "Debug"},
                                                {"info", "Info"},
                                                {"warning", "Warning"},
                                                {"error", "Error"}})
                        .about("Of gantry, until its next start.")},
       {"lookAgainEvery",
        value::integer("Look again every (s), 0: keep", {0, hour})
            .about("How often all containers are listed and inspected, until the next start.")},
       {"statsEvery", value::integer("Statistics every (s), 0: keep", {0, hour})
                          .about("Of containers whose statistics are on, until the next start.")}});
}

}  // namespace

const object_schema& action_schema(verb what) {
  static const std::map<verb, object_schema> schemas{
      {verb::run, nothing_schema()},     {verb::stop, grace_schema()},
      {verb::restart, grace_schema()},   {verb::pause, nothing_schema()},
      {verb::unpause, nothing_schema()}, {verb::kill, kill_schema()},
      {verb::write, write_schema()},     {verb::exec, exec_schema()},
      {verb::remove, remove_schema()},   {verb::pull, pull_schema()},
      {verb::refresh, nothing_schema()}, {verb::configure, configure_schema()},
      {verb::forget, forget_schema()}};
  return schemas.at(what);
}

}  // namespace gantry::fleet
