// Connects, with a deadline for each step.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "model/result.hpp"
#include "myko/net/connect_plan.hpp"
#include "myko/net/stream.hpp"

namespace gantry::net {

// The first address that answers wins; see connect_plan. Small packets are not held back, and the
// kernel watches for a peer that is gone. Fails with connection_refused if any refused, else with
// what the last one met, or with timed_out; the text says of each what it did.
[[nodiscard]] boost::asio::awaitable<result<stream>> connect_tcp(addresses where,
                                                                 std::uint16_t port,
                                                                 connect_limits limits);

// While the queue of the socket's owner is full, waits, `limit` at most: then fails with timed_out.
[[nodiscard]] boost::asio::awaitable<result<stream>> connect_unix(std::string path,
                                                                  std::chrono::milliseconds limit);

// stream::secure_as_client() with a deadline of its own.
[[nodiscard]] boost::asio::awaitable<result<void>> secure(
    stream& plain, std::shared_ptr<boost::asio::ssl::context> context, std::string host,
    std::chrono::milliseconds limit);

}  // namespace gantry::net
