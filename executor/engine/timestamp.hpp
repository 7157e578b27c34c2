// A point in time, as engines tell it.
#pragma once

#include <cstdint>

namespace gantry::engine {

// Nanoseconds since 1970, in the engine's clock: never compare it with ours.
using timestamp = std::int64_t;
inline constexpr timestamp nanos_per_second = 1'000'000'000;

}  // namespace gantry::engine
