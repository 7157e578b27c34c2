#include "executor/fleet/watches.hpp"

#include <utility>

#include "executor/fleet/condition_pulses.hpp"
#include "executor/fleet/pulses.hpp"
#include "executor/fleet/target_paths.hpp"
#include "executor/fleet/watch_resume.hpp"

namespace gantry::fleet {
namespace {

// Engines tell the time of a creation in whole seconds.
constexpr std::int64_t inexact_ms = 1'000;

}  // namespace

watches::watches(watch_services services, output_services outputs, const roster& roster,
                 net::task_group& tasks, earlier_life earlier, hooks hooks)
    : services_(std::move(services)),
      outputs_services_(std::move(outputs)),
      roster_(roster),
      tasks_(tasks),
      hooks_(std::move(hooks)) {
  for (const outbox::saved_target& each : earlier.targets) {
    gone_since_.emplace(each.path, each.gone_since);
  }
  for (outbox::saved_container& each : earlier.containers) {
    const std::string id = each.id;
    saved_.emplace(id, std::move(each));
  }
}

void watches::sync(acquaintance how) {
  for (const auto& [path, member] : roster_.members()) {
    if (member.container.empty()) {
      tell_gone(path);
      continue;
    }
    if (const auto watch = of(member.container)) {
      watch->move_to(output_of(path));
    } else {
      start(member, how);
    }
  }
  for (const auto& [id, watch] : watches_) {
    if (!roster_.knows(id)) {
      watch->missing();
    } else if (roster_.of_container(id) == nullptr) {
      watch->replaced();
    }
  }
  std::erase_if(outputs_, [this](const auto& each) {
    return roster_.of_path(each.first) == nullptr && each.second.use_count() == 1;
  });
}

// Nothing that held of it while it was there is left standing, also of an earlier life.
void watches::tell_gone(const std::string& path) {
  const auto output = output_of(path);
  output->set_state(gone_data());
  output->set_condition(emitter_names::health, health_data(std::nullopt));
  if (roster_.has_stats(path)) output->set_condition(emitter_names::stats, stats_gone_data());
}

void watches::start(const member& member, acquaintance how) {
  engine::container_summary container;
  container.id = member.container;
  container.name = member.who.name;
  std::shared_ptr<container_watch> watch;
  if (const auto saved = saved_.extract(member.container)) {
    saved.mapped().path = member.who.path;
    watch = resume_watch(services_, container, saved.mapped(), output_of(member.who.path));
  }
  if (!watch) {
    watch = std::make_shared<container_watch>(services_, std::move(container), how_met(member, how),
                                              output_of(member.who.path));
  }
  follow(member.container, watch);
  hooks_.inspect(member.container);
}

// What the list says holds, though the container may be started before we can look at it.
acquaintance watches::how_met(const member& member, acquaintance how) const {
  if (how != acquaintance::found_at_start) return how;
  if (made_again(member) || made_unheard(member)) return acquaintance::made_since;
  const engine::container_summary& found = *roster_.container(member.container);
  if (found.state == engine::container_state::created) return acquaintance::made_since;
  return engine::has_process(found.state) ? how : acquaintance::found_at_rest;
}

// While nobody looked: all that it has printed belongs to a target that we know.
bool watches::made_again(const member& member) const {
  const auto known = gone_since_.find(member.who.path);
  if (known == gone_since_.end()) return false;
  const std::int64_t created = roster_.created(member.container) * 1'000;
  return known->second == 0 || created + inexact_ms >= known->second;
}

// After the last that an earlier life has heard: its events may come only behind the first
// inspection, which would make its first runs, and what they printed, those of before our time.
bool watches::made_unheard(const member& member) const {
  const auto heard = hooks_.last_heard();
  return heard && roster_.created(member.container) >= *heard / engine::nanos_per_second;
}

void watches::take_leave_of_the_lost() {
  for (auto each = saved_.begin(); each != saved_.end();) {
    const auto at = each++;
    const outbox::saved_container& saved = at->second;
    const bool is_there = roster_.knows(saved.id) && roster_.of_container(saved.id) != nullptr;
    if (is_there) continue;
    const member* const target = roster_.of_path(saved.path);
    engine::container_summary container;
    container.id = saved.id;
    container.name = target != nullptr ? target->who.name : saved.path;
    const auto watch = target != nullptr
                           ? resume_watch(services_, container, saved, output_of(saved.path))
                           : nullptr;
    if (watch) {
      if (!roster_.knows(saved.id)) watch->missing();
      follow(saved.id, watch);
    } else {  // nobody is to hear of it any more
      outputs_services_.outbox.write_soon(
          [id = saved.id](outbox::batch& into) { into.containers_gone.push_back(id); }, nullptr);
    }
    saved_.erase(at);
  }
}

void watches::follow(const std::string& id, const std::shared_ptr<container_watch>& watch) {
  watches_.emplace(id, watch);
  tasks_.spawn(run(id, watch));
}

net::awaitable<void> watches::run(std::string id, std::shared_ptr<container_watch> watch) {
  co_await watch->run();
  watches_.erase(id);
  hooks_.gone(id);  // it may have found out before anybody else
}

void watches::save_all() {
  for (const auto& [path, output] : outputs_) output->save_all();
}

std::shared_ptr<container_watch> watches::of(const std::string& id) const {
  const auto found = watches_.find(id);
  return found == watches_.end() ? nullptr : found->second;
}

std::vector<std::string> watches::containers() const {
  std::vector<std::string> out;
  for (const auto& [id, watch] : watches_) out.push_back(id);
  return out;
}

std::shared_ptr<target_output> watches::output_of(const std::string& path) {
  auto& output = outputs_[path];
  if (!output) {
    output = std::make_shared<target_output>(outputs_services_,
                                             model::make_target_id(roster_.service(), path), path);
  }
  return output;
}

}  // namespace gantry::fleet
