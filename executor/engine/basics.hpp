// What all of the engine layer's interfaces are written with.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "executor/engine/timestamp.hpp"

namespace gantry::engine {

template <typename T>
using awaitable = boost::asio::awaitable<T>;

}  // namespace gantry::engine
