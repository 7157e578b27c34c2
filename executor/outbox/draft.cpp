#include "executor/outbox/draft.hpp"

#include <string_view>
#include <utility>

#include "executor/outbox/frame_fit.hpp"

namespace gantry::outbox {

std::uint64_t draft::number(const model::emitter_id& emitter, std::uint64_t count) {
  std::uint64_t& next = numbers_.next_seq.try_emplace(emitter, 1).first->second;
  const std::uint64_t first = next;
  next += count;
  batch_.seqs[emitter.value] = next;
  return first;
}

void draft::cut(record& next) const { cut_to_fit(next, frame_bytes_max_); }

void draft::add(record next) {
  if (next.form == form::lines && next.count > 1 && !fits(next, frame_bytes_max_)) {
    return add_each_line(next);
  }
  cut(next);
  put(std::move(next));
}

void draft::add_each_line(const record& combined) {
  std::string_view left = combined.body;
  for (std::uint64_t line = 1; line <= combined.count; ++line) {
    const std::size_t end = line < combined.count ? left.find('\n') : left.npos;
    record one = combined;
    one.count = 1;
    one.joins = false;
    one.body = left.substr(0, end);
    left.remove_prefix(end == left.npos ? left.size() : end + 1);
    cut(one);
    put(std::move(one));
  }
}

void draft::put(record next) {
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
