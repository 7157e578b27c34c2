// From the command line to a running server.
#pragma once

#include <cstdint>
#include <string>

#include "launchpad/command_line.hpp"
#include "model/result.hpp"
#include "myko/server/server.hpp"

namespace gantry::launchpad {

// Fails when the token file cannot be used.
[[nodiscard]] result<myko::server_config> make_config(const command_line& line);

// Where a browser finds the page: "http://127.0.0.1:5155/".
[[nodiscard]] std::string url_of(const command_line& line, std::uint16_t port);

// Empty, or what is dangerous about this configuration.
[[nodiscard]] std::string warning_about(const command_line& line);

// Why listen() failed, in plain words, and what to do; and the exit code that it means.
struct excuse {
  int exit_code;
  std::string text;
};
[[nodiscard]] excuse explain(const command_line& line, const failure& why);

}  // namespace gantry::launchpad
