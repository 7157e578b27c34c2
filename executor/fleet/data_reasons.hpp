// Why data does not fit a JSON Schema: valijson's reasons, in plain words.
#pragma once

#include <string>
#include <string_view>

#include "executor/slots/valijson.hpp"

namespace gantry::fleet {

// A name as a part of a JSON pointer (RFC 6901).
[[nodiscard]] std::string pointer_token(std::string_view name);

// The first few, each with its place as a JSON pointer below `data`: "data/n: must be a whole
// number, not a text; data: lacks m". Takes them out of `results`, which come from checking `data`
// against `schema`.
[[nodiscard]] std::string reasons_of(valijson::ValidationResults& results, const json::value& data,
                                     const json::value& schema);

}  // namespace gantry::fleet
