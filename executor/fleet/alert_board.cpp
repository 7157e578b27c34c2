#include "executor/fleet/alert_board.hpp"

#include <utility>

namespace gantry::fleet {

std::string_view to_string(alert_code code) {
  switch (code) {
    case alert_code::engine_lost:
      return "engine-lost";
    case alert_code::crash_loop:
      return "crash-loop";
    case alert_code::out_of_memory:
      return "out-of-memory";
    case alert_code::not_answering:
      return "not-answering";
    case alert_code::pull_failed:
      return "pull-failed";
    case alert_code::unhealthy:
      return "unhealthy";
    case alert_code::lines_suppressed:
      return "lines-suppressed";
  }
  return "unknown";
}

model::alert_level level_of(alert_code code) {
  const bool is_warning = code == alert_code::unhealthy || code == alert_code::lines_suppressed;
  return is_warning ? model::alert_level::warn : model::alert_level::error;
}

bool alert_board::begin(const std::string& path, alert_code code, std::string message) {
  auto& held = held_[path];
  const auto found = held.find(code);
  if (found != held.end() && found->second == message) return false;
  held.insert_or_assign(code, std::move(message));
  return true;
}

bool alert_board::end(const std::string& path, alert_code code) {
  const auto found = held_.find(path);
  if (found == held_.end() || found->second.erase(code) == 0) return false;
  if (found->second.empty()) held_.erase(found);
  return true;
}

const conditions* alert_board::of(const std::string& path) const {
  const auto found = held_.find(path);
  return found == held_.end() ? nullptr : &found->second;
}

void alert_board::add_to(model::catalogue& all) const {
  for (const auto& [path, held] : held_) {
    const auto target = model::make_target_id(all.instance.service, path);
    if (!all.targets.contains(target)) continue;
    model::alert out;
    out.entity = target.value;
    out.subject = model::alert_subject::target;
    out.instance = all.instance.id;
    out.level = level_of(held.begin()->first);
    out.code = to_string(held.begin()->first);
    for (const auto& [code, message] : held) {
      if (!out.message.empty()) out.message += ' ';
      out.message += message;
    }
    all.put(std::move(out));
  }
}

}  // namespace gantry::fleet
