// Names of hosts to addresses, by the system's resolver, which may hang for ever.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "model/result.hpp"

namespace gantry::net {

// As digits: "192.168.1.5", "fd00::5", "fe80::5%eth0".
using addresses = std::vector<std::string>;

// Called on a thread of its own, which it may block; it must not refer to what may go away.
using name_resolver = std::function<result<addresses>(const std::string& host)>;

// getaddrinfo(), in the order that it prefers.
[[nodiscard]] result<addresses> resolve_by_system(const std::string& host);

// So many look-ups may hang at a time: of one name, so that those of a core that is tried again and
// again leave some for the engine's, and in the whole program.
inline constexpr std::size_t lookups_of_a_name_max = 4;
inline constexpr std::size_t lookups_max = 64;

// At least one address, and 32 at most. One that is an address already is not looked up. Each
// look-up has a thread of its own, which nobody waits for: not the next look-up, not a caller that
// is cancelled or whose `limit` has passed, not the end of the program. Fails with host_not_found
// or, after `limit`, with timed_out.
[[nodiscard]] boost::asio::awaitable<result<addresses>> look_up(
    std::string host, std::chrono::milliseconds limit, name_resolver resolve = resolve_by_system);

}  // namespace gantry::net
