// Which server of the field this one plays: the same three that a session tells apart.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "myko/generation.hpp"

namespace gantry::myko {

// "docs", "ts" or "rust"; nothing for any other text.
[[nodiscard]] std::optional<generation> parse_generation(std::string_view text);

// The largest message that a server of this generation reads, in bytes. A larger one closes the
// connection with 1009, or cuts it (rust). The 2023 page gives no figure: as the TypeScript server.
[[nodiscard]] constexpr std::size_t frame_bytes_max(generation plays) {
  return plays == generation::rust ? 64U << 20U : 16U << 20U;
}

}  // namespace gantry::myko
