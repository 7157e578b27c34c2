// What was written on the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "myko/server/generation.hpp"

namespace gantry::launchpad {

struct listen_address {
  std::string host = "127.0.0.1";  // an IP address, without brackets
  std::uint16_t port = 5155;
  bool operator==(const listen_address&) const = default;
};

// "127.0.0.1:5155", "[::1]:5155", "localhost:0"; nothing for anything else.
[[nodiscard]] std::optional<listen_address> parse_listen_address(std::string_view text);

struct command_line {
  listen_address listen;
  myko::generation plays = myko::generation::ts;
  std::string tls_certificate;  // empty: no TLS
  std::string tls_key;
  std::string token_file;  // empty: no token
  std::string log_level = "info";

  // Set when there is nothing to do but to print `text` and exit, as for --help.
  std::optional<int> exit_code;
  std::string text;
};

// Exit code 64 for what cannot be understood, with the reason in `text`.
[[nodiscard]] command_line parse_command_line(int argc, const char* const* argv);

}  // namespace gantry::launchpad
