// Which containers gantry publishes.
#pragma once

#include <string>
#include <vector>

#include "executor/engine/container_types.hpp"

namespace gantry::fleet {

// Patterns as in the shell: * ? [abc]. A list that is empty lets everything pass; a container has
// to pass all lists. `labels` are "key" or "key=value", patterns on both sides.
struct selection {
  std::vector<std::string> names;
  std::vector<std::string> labels;
  std::vector<std::string> images;
  std::vector<std::string> projects;  // compose projects
};

// Set to "true" on a container, leaves it out whatever the patterns say.
inline constexpr std::string_view ignore_label = "gantry.ignore";

// Who we are on this engine.
struct own_marks {
  std::string_view
      container;  // that gantry itself runs in, or empty: never published, never touched
  std::string_view service;
};

// Never a run of another gantry's slot: that one tells of it.
[[nodiscard]] bool is_selected(const engine::container_summary& container,
                               const selection& selection, const own_marks& own);

}  // namespace gantry::fleet
