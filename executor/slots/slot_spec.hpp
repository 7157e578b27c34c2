// The container of one run, out of the slot's template.
#pragma once

#include <string>
#include <vector>

#include "executor/slots/labels.hpp"
#include "executor/slots/slot_template.hpp"

namespace gantry::slots {

// A larger input is given to the run's standard input alone: what a program may have in its
// environment is limited.
inline constexpr std::size_t environment_input_bytes_max = 32U << 10U;

// `input` is the run's, as it is handed to its standard input.
[[nodiscard]] engine::container_spec spec_of(const slot_template& slot, const run_identity& who,
                                             const json::text& input);

// What the template grants beyond what a slot has by itself, in plain words; none: it is hardened.
[[nodiscard]] std::vector<std::string> relaxations(const slot_template& slot);

}  // namespace gantry::slots
