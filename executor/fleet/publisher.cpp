#include "executor/fleet/publisher.hpp"

#include <utility>

#include "myko/net/clock.hpp"

namespace gantry::fleet {

publisher::publisher(core_port& core, outbox::intake& outbox,
                     std::vector<outbox::saved_entity> entities,
                     const std::vector<outbox::saved_target>& targets, publication_source source)
    : core_(core), outbox_(outbox), memory_(std::move(entities)), source_(std::move(source)) {
  for (const outbox::saved_target& each : targets) remembered_.emplace(each.path, each);
}

void publisher::publish_soon() {
  wanted_ = true;
  if (!next_) write_next();
}

void publisher::publish() {
  wanted_ = false;
  model::catalogue all = source_.all();
  outbox::batch change;
  auto known = memory_.complete(all, myko::unix_ms(net::now().wall));
  change.entities = std::move(known.entities);
  for (const outbox::saved_entity& each : change.entities) {  // nobody is to hear of it any more
    if (each.type == "Target" && each.deleted) change.dropped_targets.emplace_back(each.id);
  }
  change.entities_gone = std::move(known.gone);
  note_targets(change);
  if (change.empty() && under_way_ == 0) return core_.publish(std::move(all));
  if (!next_) write_next();
  append(next_->change, change);
  next_->all = std::move(all);
}

void publisher::save_all() {
  remembered_.clear();
  memory_.save_all();
  publish_soon();
}

// What is published until the write begins goes with it.
void publisher::write_next() {
  ++under_way_;
  const auto next = next_ = std::make_shared<publication>();
  const std::weak_ptr<int> alive = alive_;
  outbox_.write_soon(
      [this, next, alive](outbox::batch& into) {
        if (!alive.expired() && wanted_) publish();
        append(into, next->change);
        if (!alive.expired()) next_.reset();
      },
      [this, next, alive] {
        if (alive.expired()) return;
        --under_way_;
        core_.publish(std::move(next->all));
      });
}

// What changed among the targets, for the next life.
void publisher::note_targets(outbox::batch& change) {
  auto now = source_.targets();
  for (auto& [path, target] : now) {
    const auto old = remembered_.find(path);
    if (old != remembered_.end() && !knows_who_is_gone_) target = old->second;
    if (old == remembered_.end() || old->second != target) change.targets.push_back(target);
  }
  for (const auto& [path, target] : remembered_) {
    if (!now.contains(path)) change.targets_gone.push_back(path);
  }
  remembered_ = std::move(now);
}

void publisher::append(outbox::batch& into, const outbox::batch& more) {
  const auto add = [](auto& to, const auto& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  add(into.entities, more.entities);
  add(into.entities_gone, more.entities_gone);
  add(into.targets, more.targets);
  add(into.targets_gone, more.targets_gone);
  add(into.dropped_targets, more.dropped_targets);
}

}  // namespace gantry::fleet
