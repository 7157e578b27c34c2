// The inputs of containers that lines are written to.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "executor/engine/client.hpp"
#include "myko/net/task_group.hpp"

namespace gantry::fleet {

// An input stays open from line to line: the end of the first attached one ends the input of a
// container that has stdin_once.
class input_lines {
 public:
  static constexpr std::size_t open_max = 16;
  static constexpr std::chrono::minutes idle_max{10};
  // Less than an answer may take: whoever wrote is told.
  static constexpr std::chrono::seconds write_max{4};

  input_lines(engine::client& engine, net::task_group& tasks) : engine_(engine), tasks_(tasks) {}

  // `run` is when the container was started: its input is another in each run. One call at a time
  // for each container.
  [[nodiscard]] net::awaitable<result<void>> write(std::string id, engine::timestamp run,
                                                   std::string line);
  void close(const std::string& id) { open_.erase(id); }

 private:
  struct input {
    std::shared_ptr<engine::input_stream> stream;
    engine::timestamp run = 0;
    std::chrono::steady_clock::time_point used;
  };

  void close_idle();
  net::awaitable<void> sweep();

  engine::client& engine_;
  net::task_group& tasks_;
  std::map<std::string, input> open_;  // by container id
  bool sweeping_ = false;
};

}  // namespace gantry::fleet
