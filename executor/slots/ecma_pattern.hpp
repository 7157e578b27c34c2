// The regular expressions of JSON Schema (ECMA-262) as RE2 writes them. Pure.
#pragma once

#include <string>
#include <string_view>

#include "model/result.hpp"

namespace gantry::slots {

// The same expression for RE2, matched by Unicode code points, without captures. Fails, with the
// reason in words, where RE2 has nothing of the kind (look-around, back-references) and where the
// two would read it differently. What RE2 itself refuses is not found here.
[[nodiscard]] result<std::string> re2_of_ecma(std::string_view pattern);

}  // namespace gantry::slots
