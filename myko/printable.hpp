// For a log, a terminal or an error: what a stranger sent must not look like lines of ours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gantry::myko {

// Its first bytes, with ? for all that is no printable ASCII.
[[nodiscard]] std::string printable(std::string_view text, std::size_t bytes_max = 200);

}  // namespace gantry::myko
