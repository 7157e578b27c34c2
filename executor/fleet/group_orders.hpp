// Does what a core asks of a compose project: its containers in the order of `depends_on`.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "executor/engine/basics.hpp"
#include "executor/fleet/actions.hpp"
#include "executor/fleet/compose_condition.hpp"
#include "executor/fleet/group_run.hpp"
#include "myko/log.hpp"
#include "myko/net/task_group.hpp"

namespace gantry::engine {
class client;
}

namespace gantry::fleet {

class group_orders {
 public:
  // What a container waits for of another one, at most. A health check as Docker makes it without
  // further words is unhealthy after 90 s, so that the engine mostly knows before we give up.
  static constexpr std::chrono::seconds healthy_within{180};
  static constexpr std::chrono::seconds completed_within{600};
  // ... if no event says that there is something new to see.
  static constexpr std::chrono::seconds look_again_every{2};

  using done_handler = std::function<void(const myko::action_outcome&)>;

  struct hooks {
    // Does it to one container, by its path, behind what it is doing already.
    std::function<void(const std::string& path, const order& order, done_handler done)> perform;
    // It was not done to this container, by its id, since another one failed.
    std::function<void(const std::string& id, const std::string& why)> refused;
  };

  struct party {
    compose_member who;
    std::string name;       // for people
    std::string container;  // its id
    std::string left_out;   // why it may not do it; empty: it may
  };

  group_orders(engine::client& engine, net::task_group& tasks, log_sink log, hooks hooks);

  // Answers once. At least one of the parties may do it. A project that is asked to stop while it
  // starts, or the other way round, begins nothing more of what it was asked before.
  void perform(const std::string& group, const order& order, std::vector<party> parties,
               done_handler done);

  // An operator asks this of one container alone: it takes no more part in what is contrary.
  void asked(const std::string& path, const order& order);
  // Something is new about this container.
  void happened(const std::string& id);

 private:
  struct under_way;
  // One that looks at a container, and sleeps in between.
  struct looker {
    boost::asio::steady_timer timer;
    bool news = false;
  };

  net::awaitable<void> begin_running(std::shared_ptr<under_way> one);
  void advance(const std::shared_ptr<under_way>& one);
  bool withdraw_contrary(const std::string& group, const order& order);
  void note(under_way& one, const std::string& what);
  net::awaitable<void> look(std::shared_ptr<under_way> one, group_run::look what);
  net::awaitable<compose_verdict> look_until_known(std::shared_ptr<under_way> one,
                                                   compose_condition until, std::string id);
  [[nodiscard]] std::shared_ptr<looker> watch(const boost::asio::any_io_executor& executor,
                                              const std::string& id);

  engine::client& engine_;
  net::task_group& tasks_;
  log_sink log_;
  hooks hooks_;
  std::list<std::shared_ptr<under_way>> under_way_;
  std::multimap<std::string, std::weak_ptr<looker>> lookers_;  // by container id
};

}  // namespace gantry::fleet
