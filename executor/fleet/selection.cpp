#include "executor/fleet/selection.hpp"

#include <algorithm>

#include "executor/fleet/identity.hpp"
#include "executor/fleet/pattern.hpp"
#include "executor/slots/labels.hpp"

namespace gantry::fleet {
namespace {

bool passes(const std::vector<std::string>& patterns, const std::string& text) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return fits(text, pattern); });
}

bool has_label(const engine::container_summary& container, const std::string& pattern) {
  const auto equals = pattern.find('=');
  const std::string key = pattern.substr(0, equals);
  return std::any_of(container.labels.begin(), container.labels.end(), [&](const auto& label) {
    return fits(label.first, key) &&
           (equals == std::string::npos || fits(label.second, pattern.substr(equals + 1)));
  });
}

}  // namespace

bool is_selected(const engine::container_summary& container, const selection& selection,
                 const own_marks& own) {
  if (!own.container.empty() && container.id == own.container) return false;
  if (label_of(container, ignore_label) == "true") return false;
  const auto run = slots::marks_of(container.name, container.labels);
  if (run && run->who.service != own.service) return false;
  const bool labelled = selection.labels.empty() ||
                        std::any_of(selection.labels.begin(), selection.labels.end(),
                                    [&](const auto& each) { return has_label(container, each); });
  return labelled && passes(selection.names, container.name) &&
         passes(selection.images, container.image) &&
         passes(selection.projects, std::string(label_of(container, compose_project_label)));
}

}  // namespace gantry::fleet
