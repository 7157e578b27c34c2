// What the rust server demands of an item before it is one of its typed entities.
//
// Source: the Myko protocol page, Entities. The strictest reading: a field that any known server of
// that generation requires is required here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/json.hpp"

namespace gantry::myko {

// Why the item cannot be an entity of this type; nothing when it can.
[[nodiscard]] std::optional<std::string> violation(std::string_view type, const json::value& item);

// Removes every NUL from every string, as that server does: its database cannot hold one.
void strip_nul(json::value& in, json::document::AllocatorType& memory);

}  // namespace gantry::myko
