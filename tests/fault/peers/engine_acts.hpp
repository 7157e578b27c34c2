// What a hostile engine does: each act once, in words and deeds.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/fault/peers/hostile_engine.hpp"
#include "tests/support/seed.hpp"

namespace gantry::test {

struct engine_act {
  std::string name;
  // What it is from its begin on. Acts of the same time share the manners.
  std::function<void(engine_manners& manners, dice& chance, hostile_engine& engine)> begin;
  // Done again and again while it lasts; may be empty.
  std::function<void(hostile_engine& engine, dice& chance)> again;
  // What must be undone by more than good manners; may be empty.
  std::function<void(hostile_engine& engine)> end;
};

// An item that is not understood: an event, an entry, a piece of a log, a number, a line.
[[nodiscard]] std::vector<engine_act> odd_item_acts();
// An answer that does not come, or is none.
[[nodiscard]] std::vector<engine_act> bad_answer_acts();
// It is away, slow, or cuts what it says.
[[nodiscard]] std::vector<engine_act> absence_acts();

}  // namespace gantry::test
