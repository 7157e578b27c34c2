// Where a core is: what RSHIP_SERVER, RSHIP_URL and MYKO_PORT say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"

namespace gantry::myko {

enum class transport { plain, tls };

// Where a core listens that no proxy stands in front of.
inline constexpr std::uint16_t core_port = 5155;

struct server_address {
  transport security = transport::plain;
  std::string host;  // a name, an IPv4 or an IPv6 address without brackets
  std::uint16_t port = 80;
  std::string path = "/myko";  // with what stands behind a "?", which may be a secret
  // To be tried where `port` refuses or does not upgrade; only where nobody named a port.
  std::optional<std::uint16_t> second_port;

  bool operator==(const server_address&) const = default;
};

// "ws://core.local:5155/myko", for people and logs: a query is only hinted at.
[[nodiscard]] std::string to_string(const server_address& address);

// Each of: host, host:port, [v6], [v6]:port, ws://..., wss://..., and http:// and https://, which
// mean the same; several separated by commas, to fail over through in that order. `default_port`
// (MYKO_PORT) is used where an entry names none. Without it a deployed core is meant, behind a
// proxy: 443 for wss, else 80, and 5155 where that is another web server's. A path other than "/"
// in a URL is kept, and a query.
// Fails with errc::bad_address; the text names the entry, without a password or a query, and what
// is wrong with it.
[[nodiscard]] result<std::vector<server_address>> parse_addresses(
    std::string_view list, std::optional<std::uint16_t> default_port);

// The core beside which a gantry runs that was told of none.
[[nodiscard]] server_address core_alongside(std::optional<std::uint16_t> port);

// This address with each of its ports, in the order in which they are to be tried.
[[nodiscard]] std::vector<server_address> each_port(const server_address& address);

}  // namespace gantry::myko
