// Does what a core asks of containers and projects, and answers: checks, queues, calls the engine.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "executor/engine/basics.hpp"
#include "executor/engine/container_types.hpp"
#include "executor/fleet/action_lanes.hpp"
#include "executor/fleet/actions.hpp"
#include "executor/fleet/container_watch.hpp"
#include "executor/fleet/core_port.hpp"
#include "executor/fleet/end_requests.hpp"
#include "executor/fleet/engine_gate.hpp"
#include "executor/fleet/group_orders.hpp"
#include "executor/fleet/input_lines.hpp"
#include "executor/fleet/roster.hpp"
#include "myko/log.hpp"

namespace gantry::engine {
class client;
}

namespace gantry::fleet {

class action_performer {
 public:
  struct hooks {
    // Who follows this container; may be nobody.
    std::function<std::shared_ptr<container_watch>(const std::string& id)> watch;
    // An operator asks for this: a start, or what ends it. Of other orders it hears nothing.
    std::function<void(const std::string& id, verb what)> asked;
    // It will not end by what it was asked.
    std::function<void(const std::string& id)> refused;
    // It is done, or was so already.
    std::function<void(const std::string& id, verb what, engine::change how)> done;
    // Something was done to it: look at it.
    std::function<void(const std::string& id)> changed;
  };

  action_performer(engine::client& engine, engine_gate& gate, const roster& roster, core_port& core,
                   net::task_group& tasks, log_sink log, hooks hooks);

  // Each request is answered through the core port once, now or later.
  void perform(const myko::action_request& request);
  // Something is new about this container.
  void happened(const std::string& id) { groups_.happened(id); }
  // The run that this container had at that time is over.
  void run_ended(const std::string& id, engine::timestamp time) { inputs_.run_ended(id, time); }

 private:
  using done_handler = std::function<void(const myko::action_outcome&)>;

  // Why the target at this path, a container's or a project's, does not have it.
  [[nodiscard]] std::optional<std::string> why_not(const std::string& path, verb what,
                                                   const member* one) const;
  [[nodiscard]] std::optional<std::string> group_at(const std::string& path) const;
  void perform_on_container(const std::string& path, const order& order, done_handler done);
  void queue(const std::string& lane, const std::string& path, const order& order,
             const done_handler& done);
  net::awaitable<void> step_aside(std::string path, order order, done_handler done);
  void perform_on_group(const std::string& group, const order& order, done_handler done);
  [[nodiscard]] compose_member as_compose_member(const member& one) const;
  net::awaitable<void> reach_into(std::string id, std::string name, order order, done_handler done);
  net::awaitable<void> carry_out(std::string path, order order, done_handler done);
  net::awaitable<result<engine::change>> ask_engine(const std::string& id, const order& order);

  engine::client& engine_;
  engine_gate& gate_;
  const roster& roster_;
  core_port& core_;
  log_sink log_;
  hooks hooks_;
  action_lanes lanes_;
  end_requests ends_;
  input_lines inputs_;
  group_orders groups_;
};

}  // namespace gantry::fleet
