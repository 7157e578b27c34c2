// How the run of a slot is told: each of its pulses says which run it is, and its lines may be
// JSON values.
#pragma once

#include <string>

#include "executor/outbox/record.hpp"
#include "executor/slots/slot_template.hpp"
#include "model/ids.hpp"
#include "model/json_types.hpp"

namespace gantry::fleet {

class run_voice {
 public:
  run_voice(model::target_id slot, std::string run, slots::output_form form)
      : slot_(std::move(slot)), run_(std::move(run)), form_(form) {}

  // Lines of its output, as the record of a pulse of `output` or `error`.
  //   text      as of any container, and `run`
  //   json      the line's value, an object as it is, another as {"value": ...}
  //   numbered  {"run", "seq", "value"}: no two are equal, so that cores tell of each
  // With the latter two what is no JSON, was cut, or came from stderr is told by `error`, with its
  // text.
  [[nodiscard]] outbox::record lines(outbox::record what) const;
  // An event of its life.
  [[nodiscard]] json::text event(const json::text& data) const;

  // Is each line a pulse of its own?
  [[nodiscard]] bool tells_values() const { return form_ != slots::output_form::text; }

 private:
  [[nodiscard]] outbox::record told_value(outbox::record what, const json::text& value) const;
  [[nodiscard]] outbox::record tagged(outbox::record what, std::string_view emitter) const;

  model::target_id slot_;
  std::string run_;
  slots::output_form form_;
};

}  // namespace gantry::fleet
