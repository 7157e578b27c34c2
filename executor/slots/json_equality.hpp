// When two JSON values are the same to JSON Schema: 1 and 1.0 are, and the order of members is of
// no account. Pure.
#pragma once

#include <string>

#include "model/json_types.hpp"

namespace gantry::slots {

// Equal values have equal keys, others have others; integers are told apart exactly.
[[nodiscard]] std::string equality_key(const json::value& of);

}  // namespace gantry::slots
