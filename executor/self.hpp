// Who this gantry is to a core.
#pragma once

#include <map>
#include <string>

#include "executor/config.hpp"
#include "executor/fleet/roster.hpp"

namespace gantry {

// What is remembered of who we are: the names of the outbox's facts.
namespace self_facts {
inline constexpr const char* machine = "machine.id";
inline constexpr const char* service = "service.id";
inline constexpr const char* machine_sent = "machine.sent";  // the Machine as a core got it last
}  // namespace self_facts

// From the configuration, what was remembered, and the host, in this order. So the ids are the same
// after a restart, even when the host got another name in between.
[[nodiscard]] fleet::instance_identity make_self(const config& config,
                                                 const std::map<std::string, std::string>& facts);

// To be remembered. Ids of the configuration are not: taken out of it, they are no more.
[[nodiscard]] std::map<std::string, std::string> facts_of(const fleet::instance_identity& self,
                                                          const config& config);

}  // namespace gantry
