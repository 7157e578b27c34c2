#include "executor/fleet/signals.hpp"

#include <algorithm>
#include <array>

namespace gantry::fleet {
namespace {

// By number, from 1. Source: man 7 signal, x86 and ARM.
constexpr std::array<std::string_view, 31> signal_names{
    "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1", "SEGV",
    "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN", "TTOU",
    "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS"};

}  // namespace

result<std::string> read_signal(std::string_view text) {
  if (text.empty()) return std::string("SIGKILL");
  const std::string_view bare = text.starts_with("SIG") ? text.substr(3) : text;
  for (std::size_t at = 0; at < signal_names.size(); ++at) {
    if (bare == signal_names.at(at) || text == std::to_string(at + 1)) {
      return "SIG" + std::string(signal_names.at(at));
    }
  }
  return failure{make_error_code(boost::system::errc::invalid_argument),
                 "kill: there is no signal " + std::string(text) +
                     ": name one such as SIGTERM, SIGHUP or SIGUSR1"};
}

bool asks_for_end(std::string_view signal) {
  constexpr std::array<std::string_view, 4> ending{"SIGKILL", "SIGTERM", "SIGINT", "SIGQUIT"};
  return std::ranges::find(ending, signal) != ending.end();
}

}  // namespace gantry::fleet
