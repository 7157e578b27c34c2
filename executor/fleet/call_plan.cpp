#include "executor/fleet/call_plan.hpp"

#include <algorithm>
#include <utility>

namespace gantry::fleet {

void call_plan::want(const std::string& id) {
  const auto found = suspects_.find(id);
  if (found != suspects_.end()) {
    found->second.wanted = true;
  } else if (queued_.insert(id).second) {
    waiting_.push_back(id);
  }
}

bool call_plan::is_slow(const call& what, time_point now) const {
  return what.again || now - what.since >= limits_.slow_after;
}

std::size_t call_plan::slow(time_point now) const {
  return std::ranges::count_if(out_, [&](const auto& each) { return is_slow(each.second, now); });
}

std::optional<std::string> call_plan::begin(time_point now) {
  const std::size_t slow_ones = slow(now);
  const std::size_t waiting_for_room = slow_ones - std::min(slow_ones, limits_.slow_max);
  if (out_.size() - slow_ones + waiting_for_room < limits_.at_once) {
    const auto next =
        std::ranges::find_if(waiting_, [this](const auto& each) { return may_begin(each); });
    if (next != waiting_.end()) {
      std::string id = *next;
      waiting_.erase(next);
      queued_.erase(id);
      out_.emplace(id, call{now});
      return id;
    }
  }
  if (slow_ones >= std::max<std::size_t>(limits_.slow_max / 2, 1)) return std::nullopt;
  const auto next = first_suspect();
  if (next == suspects_.end() || next->second.not_before > now) return std::nullopt;
  next->second.wanted = false;
  out_.emplace(next->first, call{now, true});
  return next->first;
}

bool call_plan::may_begin(const std::string& id) const {
  return !out_.contains(id) && !suspects_.contains(id);
}

// Who may be asked about again first.
std::map<std::string, call_plan::suspect>::iterator call_plan::first_suspect() {
  auto out = suspects_.end();
  for (auto each = suspects_.begin(); each != suspects_.end(); ++each) {
    if (out_.contains(each->first)) continue;
    if (out == suspects_.end() || each->second.not_before < out->second.not_before) out = each;
  }
  return out;
}

std::optional<std::string> call_plan::give_up(time_point now) {
  if (slow(now) <= limits_.slow_max) return std::nullopt;
  const auto oldest = std::ranges::min_element(out_, [](const auto& one, const auto& other) {
    return one.second.since < other.second.since;
  });
  if (now - oldest->second.since < limits_.hanging_after) return std::nullopt;
  std::string id = oldest->first;
  out_.erase(oldest);
  put_off(id, now);
  return id;
}

std::vector<std::string> call_plan::hanging(time_point now, std::optional<time_point> last_byte) {
  std::vector<std::string> out;
  for (const auto& [id, each] : out_) {
    const bool hangs = now - each.since >= limits_.hanging_after;
    const bool others_answer = last_byte && *last_byte >= each.since + limits_.hanging_after / 2;
    if (!hangs || !others_answer) continue;
    suspect& of = suspects_.try_emplace(id, suspect{each.since, limits_.again_first}).first->second;
    if (!std::exchange(of.told, true)) out.push_back(id);
  }
  return out;
}

void call_plan::put_off(const std::string& id, time_point now) {
  const auto [found, is_new] = suspects_.try_emplace(id, suspect{now, limits_.again_first});
  suspect& of = found->second;
  of.not_before = now + of.pause;
  of.pause = std::min(2 * of.pause, limits_.again_max);
  of.wanted = true;
}

bool call_plan::ended(const std::string& id, outcome how, time_point now) {
  if (out_.erase(id) == 0) return false;  // it was given up
  if (how != outcome::answered) {
    put_off(id, now);
    return false;
  }
  const auto found = suspects_.find(id);
  if (found == suspects_.end()) return false;
  const suspect was = found->second;
  suspects_.erase(found);
  if (was.wanted) want(id);
  // What held up this one mostly held up others.
  for (auto& [other, each] : suspects_) each.not_before = std::min(each.not_before, now);
  return was.told;
}

bool call_plan::forget(const std::string& id) {
  const auto found = suspects_.find(id);
  const bool was_told = found != suspects_.end() && found->second.told;
  if (found != suspects_.end()) suspects_.erase(found);
  if (queued_.erase(id) > 0) std::erase(waiting_, id);
  return was_told;
}

void call_plan::start_over() {
  const auto suspects = std::exchange(suspects_, {});
  const auto out = std::exchange(out_, {});
  for (const auto& [id, each] : suspects) want(id);
  for (const auto& [id, each] : out) want(id);
}

bool call_plan::is_settled(time_point now) const {
  const bool any_fresh =
      std::ranges::any_of(out_, [&](const auto& each) { return !is_slow(each.second, now); });
  return !any_fresh &&
         std::ranges::none_of(waiting_, [this](const auto& each) { return may_begin(each); });
}

std::optional<call_plan::time_point> call_plan::next_due(time_point now) const {
  std::optional<time_point> out;
  const auto add = [&](time_point due) {
    if (due > now && (!out || due < *out)) out = due;
  };
  for (const auto& [id, each] : out_) {
    add(each.since + limits_.slow_after);
    add(each.since + limits_.hanging_after);
    // One that hangs, while it is not known yet whether the engine answers others.
    const auto found = suspects_.find(id);
    const bool is_told = found != suspects_.end() && found->second.told;
    if (!is_told && now - each.since >= limits_.hanging_after) add(now + limits_.again_first);
  }
  for (const auto& [id, each] : suspects_) {
    if (!out_.contains(id)) add(each.not_before);
  }
  return out;
}

}  // namespace gantry::fleet
