// What the rust server's reader of JSON refuses although it is well-formed.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gantry::myko {

// serde_json gives up where a 128th array or object is opened inside of 127 others.
inline constexpr std::size_t nesting_max = 127;

// Why serde_json would drop the whole frame: nested too deeply, or an escaped half of a surrogate
// pair alone. Nothing: no such reason; what is no JSON at all is not looked for.
// Source: the page on the core of 2026, Talking; its server was asked.
[[nodiscard]] std::optional<std::string> frame_fault(std::string_view frame);

}  // namespace gantry::myko
