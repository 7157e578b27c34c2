#include "executor/outbox/store_id_ranges.hpp"

#include <iterator>

namespace gantry::outbox {

bool id_ranges::add(row_id id) {
  if (contains(id)) return false;
  const auto next = ranges_.upper_bound(id);
  const auto last = next == ranges_.begin() ? ranges_.end() : std::prev(next);
  const bool extends = last != ranges_.end() && last->second == id;
  const bool touches = next != ranges_.end() && next->first == id + 1;
  const row_id end = touches ? next->second : id + 1;
  if (touches) ranges_.erase(next);
  if (extends) {
    last->second = end;
  } else {
    ranges_.emplace(id, end);
  }
  if (ranges_.size() > ranges_max_) ranges_.erase(ranges_.begin());
  return true;
}

std::vector<row_id> id_ranges::lowest(std::size_t ids_max) const {
  std::vector<row_id> out;
  for (const auto& [first, end] : ranges_) {
    for (row_id id = first; id < end; ++id) {
      if (out.size() == ids_max) return out;
      out.push_back(id);
    }
  }
  return out;
}

void id_ranges::remove_through(row_id id) {
  const row_id end = end_of(id);
  ranges_.erase(ranges_.begin(), ranges_.upper_bound(id));
  if (end > id + 1) ranges_.emplace(id + 1, end);
}

row_id id_ranges::end_of(row_id id) const {
  const auto next = ranges_.upper_bound(id);
  if (next == ranges_.begin()) return 0;
  const auto found = std::prev(next);
  return id < found->second ? found->second : 0;
}

}  // namespace gantry::outbox
