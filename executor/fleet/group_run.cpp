#include "executor/fleet/group_run.hpp"

#include <array>
#include <optional>

#include "executor/fleet/compose_condition.hpp"

namespace gantry::fleet {
namespace {

constexpr std::array awaited_conditions{compose_condition::done, compose_condition::healthy,
                                        compose_condition::completed};

std::string done_word(verb what) {
  constexpr std::string_view was = "was ";
  std::string_view out = facts_of(what).done;
  if (out.starts_with(was)) out.remove_prefix(was.size());
  return std::string(out);
}

}  // namespace

group_run::group_run(verb what, compose_order order, std::map<std::string, party> parties)
    : what_(what), order_(std::move(order)), parties_(std::move(parties)) {
  std::map<std::string, std::size_t> sizes;
  for (const compose_step& step : order_.steps) {
    sizes[step.service] = step.members.size();
    for (const std::string& path : step.members) service_of_[path] = step.service;
  }
  for (const compose_step& step : order_.steps) {
    for (const auto& [service, until] : step.after) {
      marks_[{service, until}].missing = sizes.at(service);
    }
  }
  for (const auto& [path, each] : parties_) {
    if (!each.left_out) open_.insert(path);
  }
  waiting_ = open_;
  look_at_left_out();
}

void group_run::look_at_left_out() {
  for (const auto& [path, each] : parties_) {
    for (const compose_condition until : awaited_conditions) {
      if (!each.left_out || !marks_.contains({service_of_.at(path), until})) continue;
      if (is_stop()) {
        reached(path, until, "");
      } else {
        next_.looks.push_back({path, until});
      }
    }
  }
}

group_run::to_do group_run::next() {
  to_do out = std::exchange(next_, {});
  // A step waits for earlier ones only, so that refusals reach all whom they concern in one go.
  for (const compose_step& step : order_.steps) advance(step, out);
  for (refusal& each : next_.refusals) out.refusals.push_back(std::move(each));
  next_ = {};
  return out;
}

void group_run::advance(const compose_step& step, to_do& out) {
  std::optional<std::string> why;
  for (const auto& [service, until] : step.after) {
    const mark& needed = marks_.at({service, until});
    if (!needed.failure.empty()) {
      why = "it waits for " + service + " " + words_for(until) + ", but " + needed.failure;
      break;
    }
    if (needed.missing > 0) return;
  }
  for (const std::string& path : step.members) {
    if (!waiting_.contains(path)) continue;
    if (why) {
      refuse(path, in_words(path) + " was not " + done_word(what_) + ": " + *why, true);
    } else {
      waiting_.erase(path);
      out.begin.push_back(path);
    }
  }
}

void group_run::did(const std::string& path, bool well) {
  open_.erase(path);
  if (!well && !is_stop()) {
    return fail_all(path, in_words(path) + " could not be " + done_word(what_));
  }
  for (const compose_condition until : awaited_conditions) {
    if (!marks_.contains({service_of_.at(path), until})) continue;
    if (until == compose_condition::done) {
      reached(path, until, "");
    } else {
      next_.looks.push_back({path, until});
    }
  }
}

void group_run::reached(const std::string& path, compose_condition until,
                        const std::string& failure) {
  const auto found = marks_.find({service_of_.at(path), until});
  if (found == marks_.end()) return;
  mark& one = found->second;
  if (failure.empty()) {
    --one.missing;
  } else if (one.failure.empty()) {
    one.failure = in_words(path) + " " + failure;
    if (parties_.at(path).left_out) one.failure += ", and it is left out of this action";
  }
}

void group_run::begin_at_once(const std::string& path) {
  if (waiting_.erase(path) > 0) next_.begin.push_back(path);
}

void group_run::withdraw(const std::string& path, const std::string& asked) {
  if (!waiting_.contains(path)) return;
  refuse(path,
         in_words(path) + " was not " + done_word(what_) + ": it was asked " + asked + " meanwhile",
         false);
}

void group_run::withdraw_all(const std::string& asked) {
  const std::set<std::string> all = waiting_;
  for (const std::string& path : all) withdraw(path, asked);
}

void group_run::refuse(const std::string& path, const std::string& why, bool failed) {
  waiting_.erase(path);
  open_.erase(path);
  next_.refusals.push_back({path, why, failed});
  if (is_stop()) {
    reached(path, compose_condition::done, "");
  } else {
    fail_all(path, in_words(path) + " was not " + done_word(what_));
  }
}

// Whatever others wait for of it will not come.
void group_run::fail_all(const std::string& path, const std::string& failure) {
  for (const compose_condition until : awaited_conditions) {
    const auto found = marks_.find({service_of_.at(path), until});
    if (found != marks_.end() && found->second.failure.empty()) found->second.failure = failure;
  }
}

std::string group_run::in_words(const std::string& path) const {
  return "container " + parties_.at(path).name;
}

}  // namespace gantry::fleet
