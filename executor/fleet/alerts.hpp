// All that is wrong in the fleet now: the rules of each container, and what concerns a target or
// the engine as such. Decides, no I/O.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "executor/fleet/alert_board.hpp"
#include "executor/fleet/alert_rules.hpp"
#include "executor/fleet/roster.hpp"
#include "executor/fleet/verbs.hpp"

namespace gantry::fleet {

// Whatever may begin or end an alert says so by its result: true is "publish".
class alerts {
 public:
  using time_point = container_alert_rules::time_point;

  // Of failed pulls; the oldest are forgotten.
  static constexpr std::size_t pulls_max = 100;

  explicit alerts(const alert_limits& limits) : limits_(limits) {}

  bool happened(const engine::event& event, time_point now);
  bool inspected(const engine::container_details& details, time_point now);
  // An operator asks for this, of a container by its id.
  bool asked(const std::string& id, verb what);
  // ... that would have ended it, and will not; ... and it is done, or was so already.
  bool refused(const std::string& id);
  bool done(const std::string& id, verb what, engine::change how);

  // Calls about this container hang, or answer again: for its "state", say.
  bool hangs(const std::string& id, const std::string& what);
  bool answers(const std::string& id, const std::string& what);

  // `why` is for people. While it is away nothing is known of its containers.
  bool engine_lost(std::string why);
  bool engine_answers();
  // Lines of this target were dropped before a core could read them.
  bool lines_lost(const std::string& path, time_point now);
  // For this target, in the engine's or registry's words, or those of pull_failure_text(); then of
  // this image, for any.
  bool pull_failed(const std::string& path, const std::string& image, const std::string& why,
                   time_point now);
  bool pull_succeeded(const std::string& image);

  bool pass(time_point now);
  // When pass() may change something; nothing while only news can.
  [[nodiscard]] std::optional<time_point> next_due() const;

  // All that holds now. Containers that the roster does not know are forgotten.
  [[nodiscard]] alert_board now(const roster& from);

 private:
  struct failed_pull {
    std::string path;
    std::string image;
    std::string why;
    time_point until;
  };

  // The alert of this target's failed pulls, or none.
  bool tell_pulls(const std::string& path);
  template <typename Which>
  bool forget_pulls(Which which);

  template <typename Change>
  bool change(const std::string& id, Change change);

  alert_limits limits_;
  alert_board board_;                                   // but for what the containers' rules hold
  std::map<std::string, container_alert_rules> rules_;  // by container id
  std::map<std::string, time_point> losses_until_;      // by path
  std::deque<failed_pull> failed_pulls_;                // the last one is the latest
};

}  // namespace gantry::fleet
