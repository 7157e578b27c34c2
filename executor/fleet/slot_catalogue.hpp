// Slots as they are published, and what an earlier life has left of them. Pure.
#pragma once

#include <string>
#include <vector>

#include "executor/fleet/action_policy.hpp"
#include "executor/fleet/schema_builder.hpp"
#include "executor/outbox/batch.hpp"
#include "executor/slots/slot_template.hpp"
#include "model/catalogue.hpp"

namespace gantry::fleet {

class slot_catalogue {
 public:
  slot_catalogue(const std::vector<slots::slot_template>& templates, schema_words words);

  // Adds the targets, below the root, which is there already. `since` is their lastUpdated; they
  // are online while the engine answers.
  void add_to(model::catalogue& all, const action_policy& policy, bool engine_answers,
              const std::string& since) const;

 private:
  struct slot {
    std::string name;
    slots::output_form output;
    json::text input;  // as it is published
  };

  void add(model::catalogue& all, const slot& slot, const action_policy& policy,
           bool engine_answers, const std::string& since) const;

  std::vector<slot> slots_;
  schema_words words_;
};

// The containers of runs among those that an earlier life has left: taken out of `from`.
[[nodiscard]] std::vector<outbox::saved_container> take_runs(
    std::vector<outbox::saved_container>& from);

}  // namespace gantry::fleet
