#pragma once
#include "executor/slots/slot_template.hpp"
namespace gantry::slots {
struct run_identity {
  std::string service;
  std::string run;
};
[[nodiscard]] engine::container_spec spec_of(const slot_template& slot, const run_identity& who,
                                             const json::text& input);
}  // namespace gantry::slots
