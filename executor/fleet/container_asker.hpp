// Asks the engine about many containers, side by side as call_plan says.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "executor/fleet/call_plan.hpp"
#include "executor/fleet/engine_gate.hpp"
#include "myko/net/signal.hpp"
#include "myko/net/task_group.hpp"

namespace gantry::fleet {

// Lifetime: outlives `tasks`, which its calls are. Thread rule: one thread.
class container_asker {
 public:
  struct hooks {
    // Makes one call, and tells what came of it, unless it was cancelled.
    std::function<net::awaitable<call_plan::outcome>(std::string id)> ask;
    // When the engine was last heard, about whatever.
    std::function<std::optional<call_plan::time_point>()> last_byte;
    std::function<void(const std::string& id)> hangs;
    std::function<void(const std::string& id)> answers_again;
  };

  container_asker(const boost::asio::any_io_executor& executor, engine_gate& gate,
                  call_limits limits, net::task_group& tasks, hooks hooks)
      : gate_(gate),
        plan_(limits),
        tasks_(tasks),
        hooks_(std::move(hooks)),
        next_(executor),
        progress_(executor) {}

  // Begins what is asked for while the engine is heard; until cancelled.
  [[nodiscard]] net::awaitable<void> run();

  // While one is asked about, once more behind that.
  void ask_soon(const std::string& id);
  void forget(const std::string& id);
  // Gives up what is under way, to ask it anew.
  void start_over();
  // Until all that was asked for was answered, or hangs.
  [[nodiscard]] net::awaitable<void> settled();

 private:
  net::awaitable<void> call(std::string id, int number);
  net::awaitable<void> given_up(std::string id, int number);
  [[nodiscard]] bool is_current(const std::string& id, int number) const;

  engine_gate& gate_;
  call_plan plan_;
  net::task_group& tasks_;
  hooks hooks_;
  boost::asio::steady_timer next_;    // of run(); cancelled when the plan knows something new
  net::signal progress_;              // for all others: what became of that, or of the time
  std::map<std::string, int> calls_;  // the number of the last one about each that is out
  int last_call_ = 0;
};

}  // namespace gantry::fleet
