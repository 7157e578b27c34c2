// What a JSON Schema's regular expressions may be asked about.
//
// valijson matches with std::regex, which calls itself for each character (libstdc++, PR 86164): a
// long string would overflow the stack, and no maxLength is looked at before. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "model/json_types.hpp"

namespace gantry::fleet {

// Longer strings and names of members are refused where the schema has a regular expression.
inline constexpr std::size_t matched_bytes_max = 4'096;

// Is anything in it checked by a regular expression: by pattern, patternProperties, or a format
// such as date-time? Taken widely: a default or an example that looks like one counts, too.
[[nodiscard]] bool has_patterns(const json::value& schema);

// Why data for such a schema is refused, with the place (a JSON pointer); nothing: it is not.
[[nodiscard]] std::optional<std::string> find_unmatchable(const json::value& data);

}  // namespace gantry::fleet
