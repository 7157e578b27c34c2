// SHA-256, by OpenSSL.
#pragma once

#include <string>
#include <string_view>

namespace gantry::model {

// 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace gantry::model
