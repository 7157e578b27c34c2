// The JSON Schemas (Draft 7) of slots.
#pragma once

#include <string_view>

#include "executor/fleet/schema_builder.hpp"
#include "executor/slots/slot_template.hpp"

namespace gantry::fleet {

// What the data of a slot's `run` has to fit: the template's schema, or any object.
[[nodiscard]] const json::text& input_schema(const slots::slot_template& slot);
// ... as cores get it: they do not take every schema.
[[nodiscard]] json::text published_input_schema(const slots::slot_template& slot,
                                                schema_words words);
// Of the data of `stop`.
[[nodiscard]] const object_schema& slot_stop_schema();
// By name, see emitter_names.
[[nodiscard]] const object_schema& slot_emitter_schema(slots::output_form form,
                                                       std::string_view emitter);

}  // namespace gantry::fleet
