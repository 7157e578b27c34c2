// For a log, a terminal or an error: what a stranger sent must not look like lines of ours.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gantry::myko {

// Its first bytes, with ? for all that is no printable ASCII.
[[nodiscard]] std::string printable(std::string_view text, std::size_t bytes_max = 200);

// What may be meant for an address, of a core or an engine, without what may be secret in it: what
// stands before an @ (a user and a password) and behind a ? (a token).
[[nodiscard]] std::string printable_address(std::string_view text);

}  // namespace gantry::myko
