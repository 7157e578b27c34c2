#include "myko/session/early_commands.hpp"

#include <utility>

namespace gantry::myko {

bool early_commands::keep(const command& command, moment now) {
  const std::size_t bytes = command.body.bytes.size();
  if (items_.size() >= count_max_ || bytes_ + bytes > bytes_max_) return false;
  bytes_ += bytes;
  items_.push_back({command, now});
  return true;
}

std::optional<command> early_commands::take_late(std::chrono::steady_clock::time_point latest) {
  if (items_.empty() || items_.front().when.steady > latest) return std::nullopt;
  command out = std::move(items_.front().what);
  items_.pop_front();
  bytes_ -= out.body.bytes.size();
  return out;
}

std::deque<early_commands::item> early_commands::take_all() {
  bytes_ = 0;
  return std::exchange(items_, {});
}

std::optional<std::chrono::steady_clock::time_point> early_commands::oldest() const {
  if (items_.empty()) return std::nullopt;
  return items_.front().when.steady;
}

}  // namespace gantry::myko
