#include "executor/outbox/unwritten.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace gantry::outbox {
namespace {

// `gone` and `fresh` are the newer ones: what they name is in `all` no more, in its old form.
template <typename Item, typename Key, typename KeyOf>
void merge(std::vector<Item>& all, std::vector<Key>& all_gone, std::vector<Item>& fresh,
           std::vector<Key>& gone, const KeyOf& key_of) {
  std::set<Key> replaced(gone.begin(), gone.end());
  for (const Key& each : all_gone) replaced.erase(each);
  all_gone.insert(all_gone.end(), replaced.begin(), replaced.end());
  replaced.insert(gone.begin(), gone.end());
  for (const Item& each : fresh) replaced.insert(key_of(each));
  if (replaced.empty()) return;
  std::erase_if(all, [&](const Item& old) { return replaced.contains(key_of(old)); });
  std::move(fresh.begin(), fresh.end(), std::back_inserter(all));
}

}  // namespace

void unwritten::add(batch next) {
  std::vector<row_id> arrived = std::exchange(all_.acknowledged, {});
  if (all_.empty()) {
    all_ = std::move(next);
    for (const record& each : all_.records) bytes_ += cost(each);
  } else {
    merge_into_all(std::move(next));
  }
  std::move(arrived.begin(), arrived.end(), std::back_inserter(all_.acknowledged));
}

void unwritten::merge_into_all(batch next) {
  for (const model::target_id& target : next.dropped_targets) drop(target);
  for (record& each : next.records) {
    bytes_ += cost(each);
    all_.records.push_back(std::move(each));
  }
  for (auto& [emitter, seq] : next.seqs) all_.seqs[emitter] = seq;
  std::move(next.acknowledged.begin(), next.acknowledged.end(),
            std::back_inserter(all_.acknowledged));
  for (auto& [name, value] : next.facts) all_.facts[name] = std::move(value);
  add_states(next);
}

void unwritten::add_states(batch& next) {
  merge(all_.containers, all_.containers_gone, next.containers, next.containers_gone,
        [](const saved_container& each) { return each.id; });
  merge(all_.targets, all_.targets_gone, next.targets, next.targets_gone,
        [](const saved_target& each) { return each.path; });
  merge(all_.entities, all_.entities_gone, next.entities, next.entities_gone,
        [](const saved_entity& each) { return std::pair(each.type, each.id); });
}

// The whole batch drops first and then adds.
void unwritten::drop(const model::target_id& target) {
  std::erase_if(all_.records, [&](const record& each) {
    if (each.target != target) return false;
    bytes_ -= cost(each);
    return true;
  });
  std::erase_if(all_.seqs, [prefix = target.value + ":"](const auto& each) {
    return each.first.starts_with(prefix);
  });
  auto& dropped = all_.dropped_targets;
  if (std::find(dropped.begin(), dropped.end(), target) == dropped.end()) {
    dropped.push_back(target);
  }
}

void unwritten::acknowledged(std::vector<row_id> ids) {
  if (ids.empty()) return;
  std::sort(ids.begin(), ids.end());
  std::vector<row_id> here;
  std::erase_if(all_.records, [&](const record& each) {
    if (!std::binary_search(ids.begin(), ids.end(), each.id)) return false;
    here.push_back(each.id);
    bytes_ -= cost(each);
    last_gone_ = each;
    last_gone_->body.clear();
    return true;
  });
  std::set_difference(ids.begin(), ids.end(), here.begin(), here.end(),
                      std::back_inserter(all_.acknowledged));
}

batch unwritten::take() {
  bytes_ = 0;
  if (last_gone_ && (all_.records.empty() || all_.records.back().id < last_gone_->id)) {
    all_.acknowledged.push_back(last_gone_->id);
    all_.records.push_back(*std::exchange(last_gone_, std::nullopt));
  }
  return std::exchange(all_, {});
}

}  // namespace gantry::outbox
