// One event of a frame.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/json_types.hpp"
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

}  // namespace gantry::myko
