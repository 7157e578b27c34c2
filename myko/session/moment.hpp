// Time and chance as values, so that what decides needs neither a clock nor a generator.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace gantry::myko {

// Now, as told by whoever performs: `steady` to measure with, `wall` to show.
struct moment {
  std::chrono::steady_clock::time_point steady;
  std::chrono::system_clock::time_point wall;
};

// 64 random bits for each call.
using random_source = std::function<std::uint64_t()>;

// RFC 3339 in UTC with milliseconds: 2026-11-21T09:00:00.000Z.
[[nodiscard]] std::string rfc3339(std::chrono::system_clock::time_point wall);
// Milliseconds since 1970.
[[nodiscard]] std::int64_t unix_ms(std::chrono::system_clock::time_point wall);
// A random UUID (version 4).
[[nodiscard]] std::string make_uuid(const random_source& random);

}  // namespace gantry::myko
