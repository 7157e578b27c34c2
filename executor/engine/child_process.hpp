// A program that runs as long as we do, and not longer.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/result.hpp"

namespace gantry::engine {

// The child has its own process group, so that a Ctrl-C is ours to handle, none of our open files,
// and ends (SIGTERM) when this object or this process does, however that may be. The kernel ties
// the latter to the thread that starts it, so that must be one that lives as long as the process.
//
// Thread rule: one thread.
class child_process {
 public:
  using line_sink = std::function<void(const std::string& line)>;

  // `command` begins with the program's path. Each line that it prints goes to `on_line`, from the
  // executor. Fails with the system's reason; a program that cannot be executed ends with 127.
  [[nodiscard]] static result<std::unique_ptr<child_process>> start(
      const boost::asio::any_io_executor& executor, const std::vector<std::string>& command,
      line_sink on_line);

  ~child_process();
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;

  // Once it has ended: its exit status, or 128 and the signal that ended it. Does not wait.
  [[nodiscard]] std::optional<int> exit_status();

  void send(int signal);
  [[nodiscard]] pid_t id() const { return id_; }

 private:
  struct output;

  child_process(pid_t id, std::shared_ptr<output> printed);

  pid_t id_;
  std::shared_ptr<output> output_;
  std::optional<int> status_;
};

}  // namespace gantry::engine
