// Slots as they are published, and what an earlier life has left of them. Pure.
#pragma once

#include <string>
#include <vector>

#include "executor/fleet/action_policy.hpp"
#include "executor/outbox/batch.hpp"
#include "executor/slots/slot_template.hpp"
#include "model/catalogue.hpp"

namespace gantry::fleet {

// Of the data of a slot's `run`: the template's, or any object.
[[nodiscard]] const json::text& input_schema(const slots::slot_template& slot);

// Adds the targets, below the root, which is there already. `since` is their lastUpdated; they are
// online while the engine answers.
void add_slots(model::catalogue& all, const std::vector<slots::slot_template>& templates,
               const action_policy& policy, bool engine_answers, const std::string& since);

// The containers of runs among those that an earlier life has left: taken out of `from`.
[[nodiscard]] std::vector<outbox::saved_container> take_runs(
    std::vector<outbox::saved_container>& from);

}  // namespace gantry::fleet
