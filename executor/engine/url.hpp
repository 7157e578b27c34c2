// Parts of a request's target.
#pragma once

#include <string>
#include <string_view>

namespace gantry::engine {

// `text` as a part of a target: all but letters, digits and -._~ is escaped, except what is in
// `keep`.
[[nodiscard]] std::string percent_encode(std::string_view text, std::string_view keep = {});

}  // namespace gantry::engine
