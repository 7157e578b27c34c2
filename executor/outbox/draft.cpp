#include "executor/outbox/draft.hpp"

#include <utility>

namespace gantry::outbox {

std::uint64_t draft::number(const model::emitter_id& emitter, std::uint64_t count) {
  std::uint64_t& next = numbers_.next_seq.try_emplace(emitter, 1).first->second;
  const std::uint64_t first = next;
  next += count;
  batch_.seqs[emitter.value] = next;
  return first;
}

void draft::add(record next) {
  next.id = numbers_.next_id++;
  next.seq = number(next.emitter, next.count);
  next.timestamp = myko::unix_ms(now_.wall);
  if (const auto life = lives_(next.emitter); life && next.form != form::notice) {
    next.expires = next.timestamp + life->count();
  }
  lanes_.admit(next);
  batch_.records.push_back(std::move(next));
}

void draft::drop_targets() {
  for (const model::target_id& target : batch_.dropped_targets) {
    lanes_.drop(target);
    std::erase_if(numbers_.next_seq, [prefix = target.value + ":"](const auto& each) {
      return each.first.value.starts_with(prefix);
    });
  }
}

void draft::save(saved_container state) { batch_.containers.push_back(std::move(state)); }

void draft::forget_container(const std::string& id) { batch_.containers_gone.push_back(id); }

}  // namespace gantry::outbox
