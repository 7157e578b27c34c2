#include "executor/engine/log_resume.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace gantry::engine {

log_resume::log_resume(std::optional<log_cursor> cursor) : cursor_(cursor) {
  if (cursor) latest_[static_cast<std::size_t>(cursor->stream)] = cursor;
  begin_search();
}

log_resume::verdict log_resume::take(const log_frame& frame) {
  const log_cursor place = count(frame);
  if (!searching_) {
    cursor_ = place;
    return verdict::deliver;
  }
  return place == *cursor_ ? found() : hold(frame, place);
}

std::vector<held_frame> log_resume::release() {
  searching_ = false;
  if (!held_.empty()) cursor_ = held_last_;
  released_ += held_.size();
  return std::exchange(held_, {});
}

bool log_resume::holds_fresh() const { return std::ranges::any_of(held_, &held_frame::fresh); }

void log_resume::reopened() { begin_search(); }

// An opening begins before the first frame with the cursor's stamp, so counting from its begin
// gives each frame with that stamp the ordinal that it had before. Only where rotation has cut
// through such frames, the parts of one long line, is the cursor found late.
log_cursor log_resume::count(const log_frame& frame) {
  std::optional<log_cursor>& latest = latest_[static_cast<std::size_t>(frame.stream)];
  const bool same = latest && latest->time == frame.time;
  latest = log_cursor{frame.stream, frame.time, same ? latest->ordinal + 1 : 1};
  return *latest;
}

log_resume::verdict log_resume::found() {
  skipped_ += held_.size() + 1;
  held_.clear();
  searching_ = false;
  // An opening may begin among the equal stamps of another stream than the cursor's, which it
  // then has counted wrongly.
  for (std::size_t at = 0; at < latest_.size(); ++at) {
    if (at_cursor_[at]) latest_[at] = at_cursor_[at];
  }
  return verdict::withhold;
}

log_resume::verdict log_resume::hold(const log_frame& frame, const log_cursor& place) {
  held_.push_back({frame.stream, frame.time, std::string(frame.text), is_fresh(place)});
  held_bytes_ += frame.text.size();
  held_last_ = place;
  if (frame.time > youngest_ + overtaking_max) return verdict::give_up;
  if (!holds_more_than(held_frames_max, held_bytes_max)) return verdict::withhold;
  let_stale_go();
  const bool gone = holds_more_than(held_frames_max / 2, held_bytes_max / 2);
  return gone ? verdict::give_up : verdict::withhold;
}

bool log_resume::is_fresh(const log_cursor& place) const {
  const auto& given = at_cursor_[static_cast<std::size_t>(place.stream)];
  if (!given) return place.time > cursor_->time;
  return std::tie(place.time, place.ordinal) > std::tie(given->time, given->ordinal);
}

bool log_resume::holds_more_than(std::size_t frames, std::size_t bytes) const {
  return held_.size() > frames || held_bytes_ > bytes;
}

void log_resume::let_stale_go() {
  skipped_ += std::erase_if(held_, [](const held_frame& each) { return !each.fresh; });
  held_bytes_ = 0;
  for (const held_frame& each : held_) held_bytes_ += each.text.size();
}

void log_resume::begin_search() {
  if (!searching_) at_cursor_ = latest_;
  searching_ = cursor_.has_value();
  youngest_ = cursor_ ? cursor_->time : 0;
  for (const auto& each : at_cursor_) {
    if (each) youngest_ = std::max(youngest_, each->time);
  }
  latest_.fill(std::nullopt);
  held_.clear();
  held_bytes_ = 0;
}

}  // namespace gantry::engine
