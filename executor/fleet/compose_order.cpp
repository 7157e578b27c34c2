#include "executor/fleet/compose_order.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace gantry::fleet {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// Up to the separator, which is taken off `rest` with it.
std::string_view take_part(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return trimmed(part);
}

compose_condition condition_of(std::string_view name) {
  if (name == "service_healthy") return compose_condition::healthy;
  if (name == "service_completed_successfully") return compose_condition::completed;
  return compose_condition::done;
}

void add(compose_needs& to, const std::string& service, compose_condition until) {
  compose_condition& known = to.try_emplace(service, until).first->second;
  known = std::max(known, until);
}

using services = std::map<std::string, compose_step>;

services gather(std::vector<compose_member> members) {
  std::sort(members.begin(), members.end(), [](const auto& left, const auto& right) {
    const auto rank = [](const compose_member& each) {
      return std::tuple(each.number.size(), std::string_view(each.number),
                        std::string_view(each.path));
    };
    return rank(left) < rank(right);
  });
  services out;
  for (const compose_member& each : members) {
    const std::string& service = each.service.empty() ? each.path : each.service;
    compose_step& step = out[service];
    step.service = service;
    step.members.push_back(each.path);
    for (const auto& [needed, until] : parse_depends_on(each.depends_on)) {
      add(step.after, needed, until);
    }
  }
  for (auto& [service, step] : out) {
    std::erase_if(step.after, [&out](const auto& each) { return !out.contains(each.first); });
  }
  return out;
}

// Depth first, without recursion: a project may be a long chain.
class walk {
 public:
  explicit walk(services& all) : all_(all) {}

  compose_order run() {
    for (const auto& [service, step] : all_) {
      if (!placed_.contains(service)) from(service);
    }
    return std::move(out_);
  }

 private:
  struct place {
    compose_step* step;
    compose_needs::iterator next;
  };

  void enter(const std::string& service) {
    compose_step& step = all_.at(service);
    placed_[service] = false;
    way_.push_back({&step, step.after.begin()});
  }

  void from(const std::string& service) {
    enter(service);
    while (!way_.empty()) {
      place& top = way_.back();
      if (top.next == top.step->after.end()) {
        placed_[top.step->service] = true;
        out_.steps.push_back(*top.step);
        way_.pop_back();
        continue;
      }
      const auto found = placed_.find(top.next->first);
      if (found != placed_.end() && !found->second) {
        out_.circles.push_back(describe_circle(found->first));
        top.next = top.step->after.erase(top.next);
      } else if (const auto next = top.next++; found == placed_.end()) {
        enter(next->first);
      }
    }
  }

  [[nodiscard]] std::string describe_circle(const std::string& back_to) const {
    const auto begin = std::find_if(
        way_.begin(), way_.end(), [&](const place& each) { return each.step->service == back_to; });
    std::string out = "depends_on goes in a circle (";
    for (auto each = begin; each != way_.end(); ++each) out += each->step->service + " -> ";
    return out + back_to + "): that " + way_.back().step->service + " waits for " + back_to +
           " was ignored";
  }

  services& all_;
  std::map<std::string, bool> placed_;  // false: on the way
  std::vector<place> way_;
  compose_order out_;
};

}  // namespace

compose_needs parse_depends_on(std::string_view label) {
  compose_needs out;
  while (!label.empty()) {
    std::string_view entry = take_part(label, ',');
    const auto service = take_part(entry, ':');
    if (!service.empty()) add(out, std::string(service), condition_of(take_part(entry, ':')));
  }
  return out;
}

compose_order order_to_run(const std::vector<compose_member>& members) {
  services all = gather(members);
  return walk(all).run();
}

compose_order order_to_stop(const std::vector<compose_member>& members) {
  compose_order out = order_to_run(members);
  std::map<std::string, compose_needs> dependents;
  for (const compose_step& step : out.steps) {
    for (const auto& [service, until] : step.after) {
      dependents[service].emplace(step.service, compose_condition::done);
    }
  }
  for (compose_step& step : out.steps) step.after = std::move(dependents[step.service]);
  std::reverse(out.steps.begin(), out.steps.end());
  return out;
}

}  // namespace gantry::fleet
