// What the rust server's reader of JSON refuses.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gantry::myko {

// serde_json gives up where a 128th array or object is opened inside of 127 others.
inline constexpr std::size_t nesting_max = 127;

// Why serde_json would drop the whole frame: it is no JSON, or it is well-formed but nested too
// deeply, or has an escaped half of a surrogate pair or a number that is not finite as a double.
// Source: the page on the core of 2026, Talking; its server was asked.
[[nodiscard]] std::optional<std::string> frame_fault(std::string_view frame);

}  // namespace gantry::myko
