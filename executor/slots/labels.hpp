// What marks the containers that are made for runs of slots: labels, and a name.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gantry::slots {

inline constexpr std::string_view slot_label = "gantry.slot";        // the slot's name
inline constexpr std::string_view run_label = "gantry.run";          // the run's: echo-17
inline constexpr std::string_view service_label = "gantry.service";  // whose it is

struct run_identity {
  std::string service;  // gantry's
  std::string run;      // echo-17
};

// With the service in it: names are for a whole engine, which other gantries may use with slots of
// the same name.
[[nodiscard]] std::string container_name(const run_identity& who);

struct run_marks {
  run_identity who;
  std::string slot;
};

// Of a container that was made for a run, by whichever gantry on this engine. Of no other: labels
// alone are also on what is made of an image that was committed from such a container.
[[nodiscard]] std::optional<run_marks> marks_of(const std::string& name,
                                                const std::map<std::string, std::string>& labels);

}  // namespace gantry::slots
