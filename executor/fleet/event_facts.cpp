#include "executor/fleet/event_facts.hpp"

#include <functional>
#include <set>
#include <utility>

namespace gantry::fleet {

bool is_relevant(const std::string& action) {
  static const std::set<std::string, std::less<>> relevant{
      "create",  "start", "die",     "oom",    "kill",   "stop",
      "restart", "pause", "unpause", "rename", "update", "destroy"};
  return relevant.contains(action) || action.starts_with("health_status");
}

engine::container_summary summary_of(const engine::event& event) {
  engine::container_summary out;
  out.id = event.id;
  out.labels = event.attributes;  // the labels, and a few more
  const auto take = [&](const char* key) {
    const auto found = out.labels.find(key);
    if (found == out.labels.end()) return std::string();
    std::string value = std::move(found->second);
    out.labels.erase(found);
    return value;
  };
  out.name = take("name");
  out.image = take("image");
  out.created = event.time / 1'000'000'000;
  return out;
}

bool has_ended(const engine::container_details& details) {
  return details.finished_at != 0 && !has_process(details.summary.state);
}

}  // namespace gantry::fleet
