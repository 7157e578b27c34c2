// Does what a core asks of the engine as such: pull, refresh, configure, forget.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "executor/fleet/action_policy.hpp"
#include "executor/fleet/actions.hpp"
#include "executor/fleet/engine_gate.hpp"
#include "executor/fleet/image_pull.hpp"
#include "myko/net/task_group.hpp"

namespace gantry::fleet {

class root_orders {
 public:
  using done_handler = std::function<void(const myko::action_outcome&)>;

  // More are answered as busy.
  static constexpr int under_way_max = 8;

  struct hooks {
    // Lists all containers and inspects them; how many there are.
    std::function<net::awaitable<result<std::size_t>>()> look;
    // Forgets targets whose containers are gone: one by its name, path or id, or all. Their paths.
    std::function<std::vector<std::string>(const std::optional<std::string>& which)> forget;
    std::function<void(const std::string& image, const std::string& why)> pull_failed;
    std::function<void(const std::string& image)> pull_succeeded;
    // Puts what is set into force.
    std::function<void(const configure_options& what)> configure;
  };

  // `holds` is what is in force at the start, complete.
  root_orders(pull_services pulls, engine_gate& gate, const action_policy& policy,
              net::task_group& tasks, configure_options holds, hooks hooks);

  // `done` is called once, now or later.
  void perform(const myko::action_request& request, const done_handler& done);

 private:
  [[nodiscard]] std::optional<std::string> why_not_now(const order& order) const;
  myko::action_outcome configure(const configure_options& wanted);
  net::awaitable<void> pull(std::string image, done_handler done);
  net::awaitable<void> refresh(done_handler done);

  pull_services services_;
  engine_gate& gate_;
  const action_policy& policy_;
  net::task_group& tasks_;
  configure_options holds_;
  hooks hooks_;
  int under_way_ = 0;
};

}  // namespace gantry::fleet
