// Programs that a measurement starts, what they use of the machine, and their end.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

namespace gantry::bench {

using environment = std::map<std::string, std::string>;

// Its output goes to `log_file`. Ended by its id when destroyed: SIGTERM, and if that takes longer
// than 10 s, SIGKILL. Throws std::system_error where it cannot be started.
class child {
 public:
  child(const std::vector<std::string>& command, const environment& extra,
        const std::string& log_file);
  ~child();
  child(const child&) = delete;
  child& operator=(const child&) = delete;

  [[nodiscard]] bool runs();
  // Of user and system, all threads.
  [[nodiscard]] double cpu_seconds() const;
  // Since it began, or since forget_peak().
  [[nodiscard]] double peak_mebibytes() const;
  void forget_peak() const;

 private:
  [[nodiscard]] std::string proc(const std::string& name) const;

  pid_t id_ = -1;
};

// Runs a command to its end and gives what it printed. Throws std::runtime_error when it fails.
std::string run_command(const std::vector<std::string>& command, const environment& extra,
                        const std::string& log_file);

}  // namespace gantry::bench
