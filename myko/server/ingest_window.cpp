#include "myko/server/ingest_window.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gantry::myko {
namespace {

std::size_t bytes_of(const row_event& event) { return event.of.kept.body.bytes.size(); }

}  // namespace

bool ingest_window::holds(std::string_view type) {
  static constexpr std::array<std::string_view, 6> held{
      "Action", "ActionStatus", "Emitter", "EmitterStatus", "Target", "TargetStatus"};
  return std::count(held.begin(), held.end(), type) > 0;
}

bool ingest_window::add(row_event event, time_point now) {
  if (bytes_ + bytes_of(event) > bytes_max_) return false;
  bytes_ += bytes_of(event);
  const auto [window, opened] = open_.try_emplace(event.of.type);
  if (opened) window->second.end = now + length;
  window->second.events.push_back(std::move(event));
  return true;
}

std::vector<std::vector<row_event>> ingest_window::take(time_point now) {
  std::vector<one_window> ended;
  for (auto each = open_.begin(); each != open_.end();) {
    const auto here = each++;
    if (here->second.end > now) continue;
    ended.push_back(std::move(here->second));
    open_.erase(here);
  }
  std::stable_sort(ended.begin(), ended.end(),
                   [](const one_window& a, const one_window& b) { return a.end < b.end; });
  std::vector<std::vector<row_event>> out;
  for (one_window& each : ended) {
    for (const row_event& event : each.events) bytes_ -= bytes_of(event);
    out.push_back(std::move(each.events));
  }
  return out;
}

std::optional<ingest_window::time_point> ingest_window::next_end() const {
  std::optional<time_point> out;
  for (const auto& [type, each] : open_) {
    if (!out || each.end < *out) out = each.end;
  }
  return out;
}

}  // namespace gantry::myko
