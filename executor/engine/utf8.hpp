// Whatever bytes a program prints, as text that JSON and databases can hold.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gantry::engine {

// Valid UTF-8 for any input: each maximal invalid part becomes one U+FFFD (as the Unicode
// standard recommends, section 3.9), and NUL becomes U+2400, the symbol for it, because too many
// programs take NUL for the end of a text. All else is kept as it is.
[[nodiscard]] std::string visible_utf8(std::string_view bytes);

// At most so many bytes of valid UTF-8, not ending in the middle of a character.
[[nodiscard]] std::string cut_utf8(std::string text, std::size_t bytes_max);

}  // namespace gantry::engine
