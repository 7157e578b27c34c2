// How long engine_link waits for what.
#pragma once

#include <chrono>

#include "executor/fleet/call_plan.hpp"
#include "executor/fleet/keepalive.hpp"

namespace gantry::fleet {

struct link_limits {
  using milliseconds = std::chrono::milliseconds;

  // Engines drop events for slow readers without a word, so everything is looked at again.
  milliseconds look_again_every{30'000};
  // Without a stream of events, and without a way to open one, before the engine is away.
  milliseconds unheard_max{2'000};
  // What each try to open another has at least, however little of that is left.
  milliseconds reopening_min{500};
  // What ended sooner is not opened again at once.
  milliseconds brief_stream{1'000};
  // Where events are not allowed.
  milliseconds list_every{5'000};
  // Before what is not allowed is tried again, or, where it is the list, all of it.
  milliseconds refused_again{5 * 60'000};
  milliseconds refused_list_again{30'000};
  keepalive_limits alive;
  call_limits inspections;
};

}  // namespace gantry::fleet
