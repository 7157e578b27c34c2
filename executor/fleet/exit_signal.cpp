#include "executor/fleet/exit_signal.hpp"

#include <array>
#include <cstddef>

namespace gantry::fleet {

std::string_view signal_of(int exit_code) {
  static constexpr std::array<std::string_view, 31> names{
      "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",  "SIGFPE",
      "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT",
      "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",  "SIGXCPU",
      "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS"};
  constexpr int first = 129;
  if (exit_code < first || exit_code >= first + static_cast<int>(names.size())) return {};
  return names.at(static_cast<std::size_t>(exit_code - first));
}

}  // namespace gantry::fleet
