// In which order the containers of a compose project run and stop. Decides, no I/O.
//
// Source: docker compose writes `depends_on` of a service as a label on each of its containers:
// "db:service_healthy:false,cache:service_started:true", earlier "db:service_healthy" or "db".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gantry::fleet {

// What must be so of a service before another may begin; from the weakest to the strictest.
enum class compose_condition : std::uint8_t {
  done,       // service_started: its containers did what is being done to all
  healthy,    // service_healthy
  completed,  // service_completed_successfully: they ended with exit code 0
};

// By service, the value of a label. A condition that is not known counts as `done`.
using compose_needs = std::map<std::string, compose_condition>;
[[nodiscard]] compose_needs parse_depends_on(std::string_view label);

struct compose_member {
  std::string path;     // its target's
  std::string service;  // empty: made for a single command, so that nothing waits for it
  std::string number;   // among the containers of its service
  std::string depends_on;
};

// The containers of one service. They go side by side, as soon as all of `after` holds for every
// container of those services.
struct compose_step {
  std::string service;               // the member's path where it has none
  std::vector<std::string> members;  // paths, by number
  compose_needs after;               // services of earlier steps

  bool operator==(const compose_step&) const = default;
};

struct compose_order {
  std::vector<compose_step> steps;
  std::vector<std::string> circles;  // for people: what was ignored, since it goes in a circle

  bool operator==(const compose_order&) const = default;
};

// A service without containers is waited for by nobody. Containers of one service that disagree,
// as after a change of some of them, all wait for what any of them names. Of a circle the edge is
// ignored that closes it, going from the first service by name to what it waits for, by name.
[[nodiscard]] compose_order order_to_run(const std::vector<compose_member>& members);
// The other way round: a service is stopped when all that depend on it are. All is `done` then.
[[nodiscard]] compose_order order_to_stop(const std::vector<compose_member>& members);

}  // namespace gantry::fleet
