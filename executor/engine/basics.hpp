// What all of the engine layer's interfaces are written with.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>

namespace gantry::engine {

template <typename T>
using awaitable = boost::asio::awaitable<T>;

// Nanoseconds since 1970, in the engine's clock: never compare it with ours.
using timestamp = std::int64_t;
inline constexpr timestamp nanos_per_second = 1'000'000'000;

}  // namespace gantry::engine
