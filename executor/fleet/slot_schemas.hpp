// The JSON Schemas (Draft 7) of slots, as they are published.
#pragma once

#include <string_view>

#include "executor/slots/slot_template.hpp"
#include "model/json.hpp"

namespace gantry::fleet {

[[nodiscard]] const json::text& any_object_schema();
// Of the data of `stop`.
[[nodiscard]] const json::text& slot_stop_schema();
// By name, see emitter_names.
[[nodiscard]] const json::text& slot_emitter_schema(slots::output_form form,
                                                    std::string_view emitter);

}  // namespace gantry::fleet
