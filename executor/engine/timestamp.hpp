// A point in time, as engines tell it.
#pragma once

#include <cstdint>

namespace gantry::engine {

// Nanoseconds since 1970, in the engine's clock: never compare it with ours.
using timestamp = std::int64_t;
inline constexpr timestamp nanos_per_second = 1'000'000'000;

// Of 1824 and of 2115, and so far inside of 64 bits that no difference of two times, and no margin
// beside one, leaves them. What an engine tells beyond is bounded where it is read.
inline constexpr timestamp time_min = -nanos_per_second * 31'556'952 * 146;
inline constexpr timestamp time_max = nanos_per_second * 31'556'952 * 146;

}  // namespace gantry::engine
