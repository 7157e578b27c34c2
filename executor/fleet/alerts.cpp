#include "executor/fleet/alerts.hpp"

#include <algorithm>
#include <set>
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

bool alerts::hangs(const std::string& id, const std::string& what) {
  return change(id, [&](auto& rules) { rules.hangs(what); });
}

bool alerts::answers(const std::string& id, const std::string& what) {
  return change(id, [&](auto& rules) { rules.answers(what); });
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
  std::erase_if(failed_pulls_,
                [&](const auto& each) { return each.path == path && each.image == image; });
  failed_pulls_.push_back({path, image, why, now + limits_.pull_forgotten});
  bool changed = false;
  if (failed_pulls_.size() > pulls_max) {
    const std::string oldest = failed_pulls_.front().path;
    failed_pulls_.pop_front();
    changed = tell_pulls(oldest);
  }
  return tell_pulls(path) || changed;
}

bool alerts::pull_succeeded(const std::string& image) {
  return forget_pulls([&image](const auto& each) { return each.image == image; });
}

template <typename Which>
bool alerts::forget_pulls(Which which) {
  std::set<std::string> paths;
  std::erase_if(failed_pulls_, [&](const auto& each) {
    if (!which(each)) return false;
    paths.insert(each.path);
    return true;
  });
  bool changed = false;
  for (const std::string& path : paths) changed = tell_pulls(path) || changed;
  return changed;
}

bool alerts::tell_pulls(const std::string& path) {
  const failed_pull* last = nullptr;
  std::size_t count = 0;
  for (const failed_pull& each : failed_pulls_) {
    if (each.path != path) continue;
    last = &each;
    ++count;
  }
  if (last == nullptr) return board_.end(path, alert_code::pull_failed);
  const std::string about = "image " + last->image + " could not be pulled: ";
  std::string words = "The " + (last->why.starts_with(about) ? "" : about) + last->why + ".";
  if (count > 1) words += " So it is with " + std::to_string(count - 1) + " more.";
  return board_.begin(path, alert_code::pull_failed, std::move(words));
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
  return forget_pulls([now](const auto& each) { return each.until <= now; }) || changed;
}

std::optional<alerts::time_point> alerts::next_due() const {
  std::optional<time_point> out;
  const auto add = [&out](std::optional<time_point> due) {
    if (due && (!out || *due < *out)) out = due;
  };
  for (const auto& [id, rules] : rules_) add(rules.next_due());
  for (const auto& [path, until] : losses_until_) add(until);
  for (const failed_pull& each : failed_pulls_) add(each.until);
  return out;
}

alert_board alerts::now(const roster& from) {
  std::erase_if(rules_, [&from](const auto& each) { return !from.knows(each.first); });
  alert_board board = board_;
  for (const auto& [id, rules] : rules_) {
    const member* const whose = from.of_container(id);
    if (whose == nullptr) continue;  // another has taken its place
    for (const auto& [code, message] : rules.conditions()) {
      board.begin(whose->who.path, code, message);
    }
  }
  return board;
}

}  // namespace gantry::fleet
