#include "executor/fleet/alerts.hpp"

#include <algorithm>
#include <utility>

#include "executor/fleet/target_paths.hpp"

namespace gantry::fleet {

template <typename Change>
bool alerts::change(const std::string& id, Change change) {
  container_alert_rules& rules = rules_.try_emplace(id, limits_).first->second;
  const conditions before = rules.conditions();
  change(rules);
  return rules.conditions() != before;
}

bool alerts::happened(const engine::event& event, time_point now) {
  return change(event.id, [&](auto& rules) { rules.happened(event, now); });
}

bool alerts::inspected(const engine::container_details& details, time_point now) {
  return change(details.summary.id, [&](auto& rules) { rules.inspected(details, now); });
}

bool alerts::asked(const std::string& id, verb what) {
  return change(id, [&](auto& rules) {
    if (what != verb::run) rules.stop_asked();
    if (what == verb::run || what == verb::restart) rules.run_asked();
  });
}

bool alerts::refused(const std::string& id) {
  return change(id, [](auto& rules) { rules.stop_refused(); });
}

bool alerts::done(const std::string& id, verb what, engine::change how) {
  return change(id, [&](auto& rules) {
    if (what != verb::run) rules.stop_done();
    const bool starts = what == verb::run || what == verb::restart;
    if (starts && how == engine::change::made) rules.run_done();
  });
}

bool alerts::engine_lost(std::string why) {
  for (auto& [id, rules] : rules_) rules.out_of_sight();
  return board_.begin(std::string(root_path), alert_code::engine_lost, std::move(why));
}

bool alerts::engine_answers() {
  return board_.end(std::string(root_path), alert_code::engine_lost);
}

bool alerts::lines_lost(const std::string& path, time_point now) {
  losses_until_[path] = now + limits_.loss_over;
  return board_.begin(path, alert_code::lines_suppressed,
                      "Lines of its output were dropped: no core read them for so long that no "
                      "more fit on the disk. Notices between its lines say how many.");
}

bool alerts::pull_failed(const std::string& path, const std::string& image, const std::string& why,
                         time_point now) {
  failed_pulls_[path] = {image, now + limits_.pull_forgotten};
  return board_.begin(path, alert_code::pull_failed,
                      "The image " + image + " could not be pulled: " + why + ".");
}

bool alerts::pull_succeeded(const std::string& image) {
  bool changed = false;
  std::erase_if(failed_pulls_, [&](const auto& each) {
    if (each.second.image != image) return false;
    changed = board_.end(each.first, alert_code::pull_failed) || changed;
    return true;
  });
  return changed;
}

bool alerts::pass(time_point now) {
  bool changed = false;
  for (auto& [id, rules] : rules_) {
    const std::size_t before = rules.conditions().size();
    rules.pass(now);
    changed = changed || rules.conditions().size() != before;
  }
  std::erase_if(losses_until_, [&](const auto& each) {
    if (each.second > now) return false;
    changed = board_.end(each.first, alert_code::lines_suppressed) || changed;
    return true;
  });
  std::erase_if(failed_pulls_, [&](const auto& each) {
    if (each.second.until > now) return false;
    changed = board_.end(each.first, alert_code::pull_failed) || changed;
    return true;
  });
  return changed;
}

std::optional<alerts::time_point> alerts::next_due() const {
  std::optional<time_point> out;
  const auto add = [&out](std::optional<time_point> due) {
    if (due && (!out || *due < *out)) out = due;
  };
  for (const auto& [id, rules] : rules_) add(rules.next_due());
  for (const auto& [path, until] : losses_until_) add(until);
  for (const auto& [path, pull] : failed_pulls_) add(pull.until);
  return out;
}

void alerts::add_to(model::catalogue& all, const roster& from) {
  std::erase_if(rules_, [&from](const auto& each) { return !from.knows(each.first); });
  alert_board board = board_;
  for (const auto& [id, rules] : rules_) {
    const member* const whose = from.of_container(id);
    if (whose == nullptr) continue;  // another has taken its place
    for (const auto& [code, message] : rules.conditions()) {
      board.begin(whose->who.path, code, message);
    }
  }
  board.add_to(all);
}

}  // namespace gantry::fleet
