// Programs that a test starts, and ends by their id.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gantry::test {

using environment = std::map<std::string, std::string>;

// A child process; ended (SIGKILL) and waited for when destroyed. Its output goes to `log_file`.
class process {
 public:
  // `extra` is added to this process's environment. Throws std::system_error.
  process(const std::vector<std::string>& command, const environment& extra,
          const std::string& log_file);
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  [[nodiscard]] pid_t id() const { return id_; }
  void send(int signal) const;
  // The exit status once it has ended (128 + signal where a signal ended it); does not wait.
  [[nodiscard]] std::optional<int> exit_status();
  // Everything that it has printed so far.
  [[nodiscard]] std::string log() const;

 private:
  pid_t id_ = -1;
  std::string log_file_;
  std::optional<int> status_;
};

// Runs a command to its end and gives what it printed on standard output, without the last
// newline. Throws std::runtime_error with its error output when it fails.
std::string run_command(const std::vector<std::string>& command, const environment& extra = {});

}  // namespace gantry::test
