#include "executor/fleet/alert_summary.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {
namespace {

constexpr std::size_t name_bytes_max = 60;

// As people know it, plain ASCII: "clock", "shop/web/1", "slot/job".
std::string name_of(std::string path) {
  if (path.starts_with(container_prefix)) path.erase(0, container_prefix.size());
  if (path.size() > name_bytes_max) path = path.substr(0, name_bytes_max) + "...";
  return path;
}

// "crash loop"
std::string words_of(alert_code code) {
  std::string out(to_string(code));
  std::ranges::replace(out, '-', ' ');
  return out;
}

}  // namespace

std::string alert_summary(const alert_board& board, const model::catalogue& all) {
  std::vector<std::pair<alert_code, std::string>> alerts;
  for (const auto& [path, held] : board.all()) {
    if (!all.targets.contains(model::make_target_id(all.instance.service, path))) continue;
    for (const auto& [code, message] : held) {
      if (code != alert_code::engine_lost) alerts.emplace_back(code, path);
    }
  }
  if (alerts.empty()) return "";
  std::ranges::sort(alerts);
  std::string out = std::to_string(alerts.size()) + (alerts.size() == 1 ? " alert" : " alerts");
  for (std::size_t at = 0; at < alerts.size(); ++at) {
    const std::string next = name_of(alerts[at].second) + ": " + words_of(alerts[at].first);
    if (out.size() + next.size() > alert_summary_bytes_max) {
      return out + "; and " + std::to_string(alerts.size() - at) + " more.";
    }
    out += (at == 0 ? ": " : "; ") + next;
  }
  return out + ".";
}

}  // namespace gantry::fleet
