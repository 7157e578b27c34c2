#include "executor/fleet/selection.hpp"

#include <fnmatch.h>

#include <algorithm>

#include "executor/fleet/identity.hpp"

namespace gantry::fleet {
namespace {

bool matches(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), 0) == 0;
}

bool passes(const std::vector<std::string>& patterns, const std::string& text) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return matches(pattern, text); });
}

bool has_label(const engine::container_summary& container, const std::string& pattern) {
  const auto equals = pattern.find('=');
  const std::string key = pattern.substr(0, equals);
  return std::any_of(container.labels.begin(), container.labels.end(), [&](const auto& label) {
    return matches(key, label.first) &&
           (equals == std::string::npos || matches(pattern.substr(equals + 1), label.second));
  });
}

}  // namespace

bool is_selected(const engine::container_summary& container, const selection& selection,
                 std::string_view own_id) {
  if (!own_id.empty() && container.id == own_id) return false;
  if (label_of(container, ignore_label) == "true") return false;
  const bool labelled = selection.labels.empty() ||
                        std::any_of(selection.labels.begin(), selection.labels.end(),
                                    [&](const auto& each) { return has_label(container, each); });
  return labelled && passes(selection.names, container.name) &&
         passes(selection.images, container.image) &&
         passes(selection.projects, std::string(label_of(container, compose_project_label)));
}

}  // namespace gantry::fleet
