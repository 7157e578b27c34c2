// What the fleet asks of the core: the seam between containers and the Myko protocol.
// Pulses that must arrive do not come this way, but through the outbox.
#pragma once

#include "model/catalogue.hpp"
#include "myko/session/command_desk.hpp"

namespace gantry::fleet {

// All calls on the fleet's thread, at any time, whether a core is connected or not.
class core_port {
 public:
  virtual ~core_port() = default;

  // Everything there is now.
  virtual void publish(model::catalogue all) = 0;
  // A value of which only the newest matters.
  virtual void set_latest(model::pulse pulse) = 0;
  // The outcome of an action, once for each ticket.
  virtual void answer(std::uint64_t ticket, const myko::action_outcome& outcome) = 0;
};

}  // namespace gantry::fleet
