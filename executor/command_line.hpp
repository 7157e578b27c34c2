// What was written on the command line.
#pragma once

#include <map>
#include <optional>
#include <string>

namespace gantry {

enum class task { run, check };

struct command_line {
  gantry::task task = gantry::task::run;
  std::optional<std::string> config_file;
  std::map<std::string, std::string> flags;  // by setting key

  // Set when there is nothing to do but to print `text` and exit, as for --help.
  std::optional<int> exit_code;
  std::string text;
};

// Exit code 64 for what cannot be understood, with the reason in `text`.
[[nodiscard]] command_line parse_command_line(int argc, const char* const* argv);

}  // namespace gantry
