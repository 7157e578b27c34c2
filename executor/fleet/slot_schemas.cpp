#include "executor/fleet/slot_schemas.hpp"

#include <map>
#include <stdexcept>
#include <string>

#include "executor/fleet/schemas.hpp"
#include "executor/fleet/target_paths.hpp"
#include "executor/slots/publishable_schema.hpp"

namespace gantry::fleet {
namespace {

using value = value_schema;

const object_schema& any_object() {
  static const object_schema schema({});
  return schema;
}

value run_name() { return value::text("Run"); }

// What a container's schema has, and which run it is.
object_schema of_run(const object_schema& schema) { return schema.with({{"run", run_name()}}); }

object_schema of_end(const object_schema& schema) {
  return of_run(schema).with(
      {{"reason",
        value::text("Why it ended, or why pulses are missing")
            .about("exit, memory, signal, stop, timeout, replaced, not started, input lost or "
                   "unknown; of a notice: why pulses were dropped.")}});
}

object_schema stop_schema() {
  return object_schema({{"run", value::text("Run, empty: all of them")
                                    .about("Its name, from the answer to run. Empty: all, and "
                                           "those that wait.")}});
}

// A value has no fixed members: it is what the program prints.
object_schema values_schema() {
  return object_schema::titled("An object as printed; others as value", {});
}

object_schema numbered_values_schema() {
  return object_schema({{"run", run_name()},
                        {"seq", value::integer("Number", {.least = 1})},
                        {"value", value::any("Value that was printed")}})
      .with(notice_members());
}

object_schema slot_state_schema() {
  return object_schema(
             {{"seq", value::integer("Number", {.least = 1})},
              {"status", value::choice("State", {{"idle", "Idle: no run"},
                                                 {"busy", "Busy: there is room for more"},
                                                 {"full", "Full"}})},
              {"concurrency", value::integer("Runs at a time")},
              {"running", value::list("Runs under way", value::text("Run"))},
              {"waiting", value::integer("Runs that wait for their turn")},
              {"note", value::text("What it is doing").about("Such as pulling its image.")},
              {"error", value::text("Why the last run could not start")}})
      .with(notice_members());
}

const object_schema& output_schema(slots::output_form form) {
  static const object_schema of_lines = of_run(emitter_schema(emitter_names::output));
  static const object_schema of_values = values_schema();
  static const object_schema of_numbered = numbered_values_schema();
  switch (form) {
    case slots::output_form::text:
      break;
    case slots::output_form::json:
      return of_values;
    case slots::output_form::numbered:
      return of_numbered;
  }
  return of_lines;
}

}  // namespace

const json::text& input_schema(const slots::slot_template& slot) {
  return slot.input ? *slot.input : any_object().checked();
}

json::text published_input_schema(const slots::slot_template& slot, schema_words words) {
  if (!slot.input) return any_object().published(words);
  return slots::publishable_schema(*slot.input, words).schema;
}

const object_schema& slot_stop_schema() {
  static const object_schema schema = stop_schema();
  return schema;
}

const object_schema& slot_emitter_schema(slots::output_form form, std::string_view emitter) {
  if (emitter == emitter_names::output) return output_schema(form);
  static const std::map<std::string_view, object_schema> schemas{
      {emitter_names::error, of_run(emitter_schema(emitter_names::output))},
      {emitter_names::run, of_run(emitter_schema(emitter_names::run))},
      {emitter_names::stop, of_end(emitter_schema(emitter_names::stop))},
      {emitter_names::finish, of_end(emitter_schema(emitter_names::finish))},
      {emitter_names::state, slot_state_schema()},
      {emitter_names::alerts, emitter_schema(emitter_names::alerts)}};
  const auto found = schemas.find(emitter);
  if (found == schemas.end()) throw std::logic_error("no schema for " + std::string(emitter));
  return found->second;
}

}  // namespace gantry::fleet
