// A program that is run inside a container that runs already.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "executor/engine/basics.hpp"
#include "model/result.hpp"

namespace gantry::engine {

// Of each of the two streams of output, unless asked for otherwise.
inline constexpr std::size_t exec_output_bytes_default = 64 << 10;

// It has no terminal and no input.
struct exec_spec {
  std::vector<std::string> command;
  std::string user;  // empty: the container's
  std::map<std::string, std::string> environment;
  std::string working_dir;                                   // empty: the container's
  std::size_t output_bytes_max = exec_output_bytes_default;  // of each stream
};

// The begin of what was printed, byte for byte; the rest is counted and dropped.
struct exec_output {
  std::string out;
  std::string err;
  std::uint64_t out_dropped = 0;
  std::uint64_t err_dropped = 0;
  [[nodiscard]] bool out_truncated() const { return out_dropped > 0; }
  [[nodiscard]] bool err_truncated() const { return err_dropped > 0; }
};

// A started program. Neither cancellation nor destruction ends it: the engine has no way to do so,
// and it may go on in the container for ever. Say so to whoever gives up waiting.
class exec_run {
 public:
  virtual ~exec_run() = default;
  // Reads the output to its end, waits for the program's, and returns its exit code. Has no
  // time-out: use a deadline. To be called once.
  [[nodiscard]] virtual awaitable<result<std::int64_t>> finish() = 0;
  // What was printed so far; also after finish() was given up.
  [[nodiscard]] virtual const exec_output& output() const = 0;
};

}  // namespace gantry::engine
