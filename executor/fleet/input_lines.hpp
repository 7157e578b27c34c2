// The inputs of containers that lines are written to.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "executor/engine/container_streams.hpp"
#include "myko/net/task_group.hpp"

namespace gantry::engine {
class client;
}

namespace gantry::fleet {

// One run of a container: its input is another in each.
struct input_owner {
  std::string id;
  engine::timestamp run = 0;  // when it was started
  bool once = false;          // stdin_once: closing our end ends the program's input
};

// An input stays open from line to line, and no longer than its run. One that nothing was written
// to for long is closed, and so is the longest unused one when another is needed; but never that of
// a program whose input would end with it.
class input_lines {
 public:
  static constexpr std::size_t open_max = 16;
  static constexpr std::chrono::minutes idle_max{10};
  // Less than an answer may take: whoever wrote is told.
  static constexpr std::chrono::seconds write_max{4};

  input_lines(engine::client& engine, net::task_group& tasks) : engine_(engine), tasks_(tasks) {}

  // One call at a time for each container.
  [[nodiscard]] net::awaitable<result<void>> write(input_owner to, std::string line);
  // The run that this container had at that time is over.
  void run_ended(const std::string& id, engine::timestamp time);

 private:
  using time_point = std::chrono::steady_clock::time_point;

  struct input {
    std::shared_ptr<engine::input_stream> stream;  // nothing: it is being opened
    engine::timestamp run = 0;
    bool once = false;
    bool busy = false;  // it is being opened or written to
    std::chrono::steady_clock::time_point used;
  };

  net::awaitable<result<void>> open(input_owner to, time_point end);
  bool make_room();
  void close_idle();
  net::awaitable<void> sweep();

  engine::client& engine_;
  net::task_group& tasks_;
  std::map<std::string, input> open_;  // by container id
  bool sweeping_ = false;
};

}  // namespace gantry::fleet
