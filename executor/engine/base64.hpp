// Base64 (RFC 4648): as in Docker's config.json, and as in its headers.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gantry::engine {

// With the alphabet for URLs, padded.
[[nodiscard]] std::string base64url(std::string_view bytes);

// Of either alphabet, padded or not. Nothing for all else.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

}  // namespace gantry::engine
