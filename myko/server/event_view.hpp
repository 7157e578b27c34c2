// One event of a batch, and the order in which the rust server applies a batch.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.hpp"
#include "myko/messages.hpp"
#include "myko/server/generation.hpp"

namespace gantry::myko {

struct event_view {
  change_type change = change_type::set;
  std::string_view type;
  json::value* item = nullptr;
};

// The required fields of an event, as views into `data`. With the reason in `why`, nothing, where
// one is missing; rust also looks at the optional ones.
[[nodiscard]] std::optional<event_view> read_event(generation plays, json::value& data,
                                                   std::string& why);

// All SETs before all DELs, each by type in alphabetical order; of SETs of one item the last.
[[nodiscard]] std::vector<event_view> in_batch_order(std::vector<event_view> events);

}  // namespace gantry::myko
