// The containers of one engine as Targets of one core: keeps both in step.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "executor/engine/timestamp.hpp"
#include "executor/fleet/alert_rules.hpp"
#include "executor/fleet/core_port.hpp"
#include "executor/fleet/emitter_rules.hpp"
#include "executor/fleet/image_pull.hpp"
#include "executor/fleet/link_limits.hpp"
#include "executor/fleet/roster.hpp"
#include "executor/fleet/stats_sampler.hpp"
#include "executor/fleet/watches.hpp"
#include "executor/outbox/intake.hpp"
#include "executor/slots/slot_template.hpp"
#include "myko/log.hpp"
#include "myko/session/backoff.hpp"

namespace gantry::engine {
class client;
}

namespace gantry::fleet {

// The outbox's fact that holds `last_event`, in decimal.
inline constexpr std::string_view last_event_fact = "engine.last_event";

struct controller_config {
  instance_identity self;
  selection chosen;
  std::string own_container;  // the id of the container that gantry runs in, or empty
  earlier_life earlier;
  std::optional<engine::timestamp> last_event;  // that the earlier life has seen
  emitter_rules rules;
  action_policy actions;
  std::vector<slots::slot_template> slots;
  schema_words words = schema_words::titles;  // how much published schemas say
  output_history history;
  stats_config stats;
  // A target whose container is gone is deleted after this; nothing: never.
  std::optional<std::chrono::milliseconds> forget_after = std::chrono::hours(30 * 24);
  pull_limits pulls;
  // The text of Docker's config.json as it is now: logins for registries. May be empty.
  std::function<std::optional<std::string>()> docker_config;
  std::string log_level = "info";
  std::function<void(const std::string& level)> set_log_level;  // may be empty
  std::size_t line_bytes_max = 1U << 20U;
  alert_limits alerts;
  link_limits link;
  myko::backoff_config backoff;
};

// Lifetime: outlives its run(). Thread rule: one thread. The engine may go away and come back at
// any time, and so may the core.
class controller {
 public:
  controller(boost::asio::any_io_executor executor, engine::client& engine, core_port& core,
             outbox::intake& outbox, controller_config config, myko::random_source random,
             log_sink log);
  ~controller();
  controller(const controller&) = delete;
  controller& operator=(const controller&) = delete;

  // Publishes what is known already, then works until cancelled.
  [[nodiscard]] boost::asio::awaitable<void> run();

  // Answers through the core port, at once or when it is done. May be called from within it.
  void perform(const myko::action_request& request);

  // Lines of these targets were dropped, since nobody read them.
  void lines_lost(const std::vector<model::target_id>& targets);
  // What is wrong with the disk, in words for people; empty: nothing.
  void disk_hangs(const std::string& words);
  // Instead of the configured interval, from now on.
  void set_stats_every(std::chrono::seconds every);

  // The outbox's database is a new one: all that is remembered is written again.
  void save_all();

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace gantry::fleet
