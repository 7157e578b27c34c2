#include "myko/session/event_window.hpp"

#include <algorithm>
#include <array>

namespace gantry::myko {

bool event_window::gathers(std::string_view type) {
  static constexpr std::array types = {std::string_view("Target"), std::string_view("TargetStatus"),
                                       std::string_view("Action"), std::string_view("Emitter")};
  return std::ranges::find(types, type) != types.end();
}

void event_window::reset() {
  items_.clear();
  waves_.clear();
  kept_ = 0;
  ping_under_way_ = false;
}

// ---- What is to be sent, and what was deleted -------------------------------------------------

std::optional<event> event_window::submit(item what, event state, std::vector<item> owners) {
  const auto [place, is_new] = items_.try_emplace(std::move(what));
  if (!is_new) {
    keep(place, std::move(state), std::move(owners));
    return std::nullopt;
  }
  const auto deletion =
      state.change == change_type::set ? deletion_of(owners) : std::optional<std::uint64_t>();
  if (deletion) {
    join(place, waves_[static_cast<std::size_t>(*deletion - waves_.front().number)]);
    keep(place, std::move(state), std::move(owners));
    return std::nullopt;
  }
  place->second.gone = state.change == change_type::del;
  join_last_wave(place);
  return state;
}

void event_window::deleted(const item& what) {
  const auto place = items_.try_emplace(what).first;
  place->second.gone = true;
  join_last_wave(place);
}

void event_window::keep(place which, event state, std::vector<item> owners) {
  if (!which->second.kept) ++kept_;
  which->second.kept = further{next_order_++, std::move(state), std::move(owners)};
}

// The wave behind which the deletion of an owner will have been done, the last one if several are.
std::optional<std::uint64_t> event_window::deletion_of(const std::vector<item>& owners) const {
  std::optional<std::uint64_t> last;
  for (const item& each : owners) {
    const auto found = items_.find(each);
    if (found == items_.end() || !found->second.gone) continue;
    last = std::max(last.value_or(0), found->second.wave);
  }
  return last;
}

// ---- Waves ------------------------------------------------------------------------------------

// The one that no ping is behind yet.
event_window::wave& event_window::last_wave() {
  if (waves_.empty() || waves_.back().at != stage::sent || waves_.back().pinged) {
    waves_.push_back({.number = next_wave_++, .until = {}, .items = {}});
  }
  return waves_.back();
}

void event_window::join_last_wave(place which) { join(which, last_wave()); }

void event_window::join(place which, wave& into) {
  if (which->second.wave == into.number) return;
  which->second.wave = into.number;
  into.items.push_back(which);
}

bool event_window::wants_ping() const {
  if (ping_under_way_) return false;
  return std::ranges::any_of(
      waves_, [](const wave& each) { return each.at == stage::sent || each.at == stage::over; });
}

void event_window::pinged() {
  ping_under_way_ = true;
  for (wave& each : waves_) each.pinged = each.at == stage::sent || each.at == stage::over;
}

void event_window::echoed(time_point now) {
  ping_under_way_ = false;
  for (wave& each : waves_) {
    if (!each.pinged) continue;
    const bool first = each.at == stage::sent;
    each.pinged = false;
    each.at = first ? stage::read : stage::heard;
    each.until = now + (first ? config_.window : config_.margin);
  }
}

// Older waves are never behind younger ones, since each ping is for all that wait for one.
std::optional<event_window::time_point> event_window::next_deadline() const {
  std::optional<time_point> next;
  for (const wave& each : waves_) {
    const bool timed = each.at == stage::read || each.at == stage::heard;
    if (timed && (!next || each.until < *next)) next = each.until;
    if (each.at == stage::read) break;
  }
  return next;
}

// ---- What is due ------------------------------------------------------------------------------

std::vector<event> event_window::take_due(time_point now) {
  std::vector<event> out;
  for (wave& each : waves_) {
    if (each.at == stage::read && each.until <= now) each.at = stage::over;
  }
  while (!waves_.empty() && waves_.front().at == stage::heard && waves_.front().until <= now) {
    const std::uint64_t ended = waves_.front().number;
    release(end_wave(), ended, out);
  }
  return out;
}

// The oldest: those with a further state, in order; the others are forgotten.
std::vector<event_window::place> event_window::end_wave() {
  std::vector<place> out;
  for (const place each : waves_.front().items) {
    if (each->second.wave != waves_.front().number) continue;
    if (each->second.kept) {
      out.push_back(each);
    } else {
      items_.erase(each);
    }
  }
  waves_.pop_front();
  std::ranges::sort(out, {}, [](place each) { return each->second.kept->order; });
  return out;
}

void event_window::release(const std::vector<place>& which, std::uint64_t ended,
                           std::vector<event>& out) {
  for (const place each : which) {
    further& next = *each->second.kept;
    const bool is_set = next.state.change == change_type::set;
    const auto deletion = is_set ? deletion_of(next.owners) : std::optional<std::uint64_t>();
    if (deletion && *deletion > ended) {  // its owner was deleted after it was kept
      join(each, waves_[static_cast<std::size_t>(*deletion - waves_.front().number)]);
      continue;
    }
    each->second.gone = !is_set;
    out.push_back(std::move(next.state));
    each->second.kept.reset();
    --kept_;
    join_last_wave(each);
  }
}

std::vector<event> event_window::take_all() {
  std::vector<further> kept;
  for (auto& [what, memory] : items_) {
    if (memory.kept) kept.push_back(std::move(*memory.kept));
  }
  reset();
  std::ranges::sort(kept, {}, &further::order);
  std::vector<event> out;
  for (further& each : kept) out.push_back(std::move(each.state));
  return out;
}

}  // namespace gantry::myko
