// A connection to the engine, whatever it runs over.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>

#include "executor/engine/endpoint.hpp"
#include "model/result.hpp"
#include "myko/net/lookup.hpp"
#include "myko/net/stream.hpp"

namespace gantry::engine {

// Connects, and over TLS verifies the engine, within `limit`. Fails with unreachable or untrusted,
// in words that say what to do. Certificates are read again for each connection: they may be
// renewed while we run.
[[nodiscard]] boost::asio::awaitable<result<net::stream>> connect(endpoint where,
                                                                  std::chrono::milliseconds limit,
                                                                  net::name_resolver resolve);

}  // namespace gantry::engine
