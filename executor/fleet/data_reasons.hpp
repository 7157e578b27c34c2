// Why data does not fit a JSON Schema: valijson's reasons, in plain words.
#pragma once

#include <string>

#include "executor/slots/valijson.hpp"

namespace gantry::fleet {

// The first few, each with its place as a JSON pointer below `data`: "data/n: must be a whole
// number, not a text; data: lacks m". Takes them out of `results`, which come from checking `data`
// against `schema`.
[[nodiscard]] std::string reasons_of(valijson::ValidationResults& results, const json::value& data,
                                     const json::value& schema);

}  // namespace gantry::fleet
