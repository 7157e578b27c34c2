// The labels of the containers that are made for runs of slots.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace gantry::slots {

inline constexpr std::string_view slot_label = "gantry.slot";        // the slot's name
inline constexpr std::string_view run_label = "gantry.run";          // the run's: echo-17
inline constexpr std::string_view service_label = "gantry.service";  // whose it is

// Was this container made for a run, of whichever gantry on this engine?
[[nodiscard]] bool is_of_a_run(const std::map<std::string, std::string>& labels);

}  // namespace gantry::slots
