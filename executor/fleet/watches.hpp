// The watches of all containers that are published, and the outputs of their targets: made and
// ended as the roster changes, and taken up again from an earlier life of gantry.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "executor/fleet/container_watch.hpp"
#include "executor/fleet/roster.hpp"
#include "executor/fleet/target_output.hpp"
#include "executor/outbox/batch.hpp"
#include "myko/net/task_group.hpp"

namespace gantry::fleet {

// What an earlier life has left.
struct earlier_life {
  std::vector<outbox::saved_target> targets;
  std::vector<outbox::saved_container> containers;
  std::vector<outbox::saved_entity> entities;
  std::map<std::string, std::string> facts;
};

class watches {
 public:
  struct hooks {
    std::function<void(const std::string& id)> inspect;  // please, soon
    std::function<void(const std::string& id)> gone;     // all of it has been told
    // Of the engine's events, by an earlier life; nothing: none was.
    std::function<std::optional<engine::timestamp>()> last_heard;
  };

  watches(watch_services services, output_services outputs, const roster& roster,
          net::task_group& tasks, earlier_life earlier, hooks hooks);

  // One watch for each container that is published, with the output of its target. `how` is what
  // those are that are new here; to be called at every change of the roster.
  void sync(acquaintance how);
  // Those of an earlier life that are not there any more: their last run has to be told to its
  // end. To be called once, when the roster has all containers, before sync().
  void take_leave_of_the_lost();

  // The database is a new one: all that was saved is to be written again.
  void save_all();

  // Who follows this container; may be nobody.
  [[nodiscard]] std::shared_ptr<container_watch> of(const std::string& id) const;
  [[nodiscard]] std::vector<std::string> containers() const;

 private:
  void tell_gone(const std::string& path);
  void start(const member& member, acquaintance how);
  void follow(const std::string& id, const std::shared_ptr<container_watch>& watch);
  [[nodiscard]] acquaintance how_met(const member& member, acquaintance how) const;
  [[nodiscard]] bool made_again(const member& member) const;
  [[nodiscard]] bool made_unheard(const member& member) const;
  net::awaitable<void> run(std::string id, std::shared_ptr<container_watch> watch);
  std::shared_ptr<target_output> output_of(const std::string& path);

  watch_services services_;
  output_services outputs_services_;
  const roster& roster_;
  net::task_group& tasks_;
  hooks hooks_;
  std::map<std::string, outbox::saved_container> saved_;  // by id, until they are taken up
  std::map<std::string, std::int64_t> gone_since_;        // of the targets of the earlier life
  std::map<std::string, std::shared_ptr<target_output>> outputs_;    // by path
  std::map<std::string, std::shared_ptr<container_watch>> watches_;  // by container id
};

}  // namespace gantry::fleet
