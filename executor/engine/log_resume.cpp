#include "executor/engine/log_resume.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace gantry::engine {
namespace {

bool looks_like(const held_frame& frame, stream_kind stream, const log_place& place) {
  return frame.stream == stream && frame.place.time == place.time &&
         frame.place.digest == place.digest;
}

}  // namespace

void log_resume::search(const log_cursor& cursor, parts open_lines) {
  sought_ = cursor;
  open_lines_ = open_lines;
  searching_ = cursor.last().has_value();
  found_ = false;
  youngest_ = searching_ ? cursor.last()->time : 0;
  for (const auto& each : cursor.seen) {
    if (each) youngest_ = std::max(youngest_, each->time);
  }
  latest_.fill(std::nullopt);
  begin_seen_.fill(false);
  held_.clear();
  held_parts_ = 0;
  held_bytes_ = 0;
}

log_resume::verdict log_resume::take(const log_frame& frame) {
  count(frame);
  if (!searching_) return verdict::deliver;
  return hold(frame);
}

log_resume::findings log_resume::release() {
  findings out;
  const bool found = std::exchange(found_, false);
  const auto behind = found ? held_.end() : behind_shifted_cursor(out);
  out.frames.assign(std::make_move_iterator(behind), std::make_move_iterator(held_.end()));
  if (!out.gone && open_lines_ == parts::missing) take_parts(behind, out);
  skipped_ += static_cast<std::uint64_t>(behind - held_.begin());
  if (out.gap) released_ += out.frames.size();
  for (std::size_t at = 0; at < latest_.size(); ++at) {
    if (!latest_[at]) latest_[at] = sought_.seen[at];
  }
  searching_ = false;
  held_.clear();
  return out;
}

bool log_resume::holds_fresh() const { return std::ranges::any_of(held_, &held_frame::fresh); }

// An opening begins before the first frame with the cursor's stamp, so counting from its begin
// gives each frame with that stamp the ordinal that it had before.
void log_resume::count(const log_frame& frame) {
  std::optional<log_place>& latest = latest_[index(frame.stream)];
  const bool same = latest && latest->time == frame.time;
  place_ = {frame.time, same ? latest->ordinal + 1 : 1, digest_of(frame.text)};
  latest = place_;
}

log_resume::verdict log_resume::hold(const log_frame& frame) {
  const bool fresh = is_fresh(frame.stream);
  const bool part = is_part(frame, fresh);
  held_.push_back({frame.stream, place_, std::string(frame.text), fresh, part});
  (part ? held_parts_ : held_bytes_) += part ? 1 : frame.text.size();
  found_ = frame.stream == sought_.stream && place_ == *sought_.last();
  if (found_ || frame.time > youngest_ + overtaking_max) return verdict::settled;
  if (!holds_more_than(held_frames_max, held_bytes_max)) return verdict::withhold;
  let_stale_go();
  const bool gone = holds_more_than(held_frames_max / 2, held_bytes_max / 2);
  return gone ? verdict::settled : verdict::withhold;
}

// Where rotation has cut through frames of one stream and stamp, those left have lower ordinals.
log_resume::iterator log_resume::behind_shifted_cursor(findings& out) {
  const auto is_cursor = [&](const held_frame& each) {
    return looks_like(each, sought_.stream, *sought_.last());
  };
  const auto cursor = std::ranges::find_if(held_, is_cursor);
  if (cursor == held_.end()) {
    out.gone = out.gap = true;
    return held_.begin();
  }
  out.gap = std::any_of(std::next(cursor), held_.end(), is_cursor);  // which of them?
  return std::next(cursor);
}

// An open line's frames are all those of its stream from its begin to the cursor. If its begin is
// gone, what is left of it comes first, and bears its stamp.
void log_resume::take_parts(iterator end, findings& out) {
  for (const stream_kind stream : all_streams) {
    const open_line* line = sought_line(stream);
    if (line == nullptr) continue;
    const auto begin = find_begin(end, stream, line->began);
    const bool torn = begin == end;
    const std::size_t before = out.parts.size();
    for (auto each = torn ? held_.begin() : begin; each != end; ++each) {
      if (each->stream != stream || (torn && each->place.time != line->began.time)) continue;
      out.parts.push_back(std::move(*each));
    }
    // Parts with one text look alike, but there must be as many as there were.
    const bool complete = out.parts.size() - before == line->parts;
    out.gap = out.gap || !complete;
  }
}

log_resume::iterator log_resume::find_begin(iterator end, stream_kind stream,
                                            const log_place& place) {
  const auto exact = std::find_if(held_.begin(), end, [&](const held_frame& each) {
    return each.stream == stream && each.place == place;
  });
  if (exact != end) return exact;
  return std::find_if(held_.begin(), end,
                      [&](const held_frame& each) { return looks_like(each, stream, place); });
}

const open_line* log_resume::sought_line(stream_kind stream) const {
  const auto& line = sought_.open[index(stream)];
  return line && !line->given ? &*line : nullptr;
}

bool log_resume::is_part(const log_frame& frame, bool fresh) {
  const open_line* line = sought_line(frame.stream);
  if (line == nullptr || fresh || open_lines_ == parts::kept) return false;
  bool& begun = begin_seen_[index(frame.stream)];
  begun = begun || place_ == line->began;
  return begun || frame.time == line->began.time;
}

bool log_resume::is_fresh(stream_kind stream) const {
  const auto& given = sought_.seen[index(stream)];
  if (!given) return place_.time > sought_.last()->time;
  return std::tie(place_.time, place_.ordinal) > std::tie(given->time, given->ordinal);
}

bool log_resume::holds_more_than(std::size_t frames, std::size_t bytes) const {
  return held_.size() - held_parts_ > frames || held_bytes_ > bytes;
}

void log_resume::let_stale_go() {
  skipped_ +=
      std::erase_if(held_, [](const held_frame& each) { return !each.fresh && !each.part; });
  held_bytes_ = 0;
  for (const held_frame& each : held_) held_bytes_ += each.part ? 0 : each.text.size();
}

}  // namespace gantry::engine
