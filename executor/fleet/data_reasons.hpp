// Why data does not fit a JSON Schema: valijson's reasons, in plain words.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "executor/slots/json_schema.hpp"

namespace gantry::fleet {

// A name as a part of a JSON pointer (RFC 6901).
[[nodiscard]] std::string pointer_token(std::string_view name);

// The first few, each with its place as a JSON pointer below `data`: "data/n: must be a whole
// number, not a text; data: lacks m". They come from checking `data` against `schema`.
[[nodiscard]] std::string reasons_of(const std::vector<slots::schema_mismatch>& mismatches,
                                     const json::value& data, const json::value& schema);

}  // namespace gantry::fleet
