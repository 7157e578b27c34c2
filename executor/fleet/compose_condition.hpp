// Does a container fulfil what others of its compose project wait for? Decides, no I/O.
#pragma once

#include <cstdint>
#include <string>

#include "executor/engine/container_types.hpp"
#include "executor/fleet/compose_order.hpp"

namespace gantry::fleet {

struct compose_verdict {
  enum class kind : std::uint8_t { holds, not_yet, never };
  kind what = kind::not_yet;
  // Behind "container NAME": why it never will, or is not yet; of one that holds what is to be
  // said of it all the same, mostly nothing.
  std::string why;
};

// `done`: it runs. A container without a health check counts as healthy while it runs, and that
// is said: at two in the morning a show that runs is worth more than a check that nobody wrote.
[[nodiscard]] compose_verdict judge(compose_condition until,
                                    const engine::container_details& details);

// "to be healthy"
[[nodiscard]] std::string words_for(compose_condition until);

}  // namespace gantry::fleet
