// What a scene sends for inputs that nobody has set.
//
// Its node sends each input, and one without a value as the default of its type: so an optional
// member arrives as "", 0, false, [] or null though nobody means it. Pure.
#pragma once

#include "model/json_types.hpp"

namespace gantry::slots {

// null, "", 0, false, [], or an object with members that are all so.
[[nodiscard]] bool is_unset(const json::value& value);

// Leaves out the unset members of `data` that `schema` does not require, within its objects, too.
// True if there were any.
[[nodiscard]] bool leave_out_unset(json::value& data, const json::value& schema);

}  // namespace gantry::slots
