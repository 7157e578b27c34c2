// Where a core is: what RSHIP_SERVER and MYKO_PORT say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"

namespace gantry::myko {

enum class transport { plain, tls };

struct server_address {
  transport security = transport::plain;
  std::string host;  // a name, an IPv4 or an IPv6 address without brackets
  std::uint16_t port = 80;
  std::string path = "/myko";

  bool operator==(const server_address&) const = default;
};

// "ws://core.local:5155/myko", for people.
[[nodiscard]] std::string to_string(const server_address& address);

// Each of: host, host:port, [v6], [v6]:port, ws://..., wss://...; several separated by commas, to
// fail over through in that order. `default_port` (MYKO_PORT) is used where an entry names none;
// without it a deployed core is meant, behind a proxy: 80, or 443 for wss. A path other than
// "/" in a URL is kept.
// Fails with errc::bad_address; the text names the entry and what is wrong with it.
[[nodiscard]] result<std::vector<server_address>> parse_addresses(
    std::string_view list, std::optional<std::uint16_t> default_port);

}  // namespace gantry::myko
