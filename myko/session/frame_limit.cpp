#include "myko/session/frame_limit.hpp"

#include <algorithm>
#include <utility>

namespace gantry::myko {

void frame_limit::connected(const std::string& server) {
  flights_.clear();
  pings_.clear();
  if (known_.size() >= servers_max && !known_.contains(server)) known_.clear();
  server_ = server;
}

std::size_t frame_limit::bytes_max() const {
  const auto found = known_.find(server_);
  if (found == known_.end() || found->second.bytes_max == 0) return bytes_max_;
  return found->second.bytes_max;
}

void frame_limit::sent(std::uint64_t frame, std::size_t bytes, std::string_view what,
                       std::uint64_t number) {
  if (bytes <= floor) return;
  while (!flights_.empty() && flights_.back().bytes <= bytes) flights_.pop_back();
  flights_.push_back({frame, bytes, std::string(what), number});
}

void frame_limit::pinged(std::string id, std::uint64_t frame) {
  if (pings_.size() == pings_max) pings_.pop_front();
  pings_.push_back({std::move(id), frame});
}

void frame_limit::echoed(const std::string& id) {
  const auto found =
      std::find_if(pings_.begin(), pings_.end(), [&](const ping& each) { return each.id == id; });
  if (found == pings_.end()) return;
  const std::uint64_t frame = found->frame;
  pings_.erase(pings_.begin(), found + 1);
  if (flights_.empty() || flights_.front().frame > frame) return;
  knowledge& its = known_[server_];
  its.taken = std::max(its.taken, flights_.front().bytes);
  its.suspect.clear();
  its.times = 0;
  while (!flights_.empty() && flights_.front().frame <= frame) flights_.pop_front();
}

frame_limit::lesson frame_limit::ended(bool too_large) {
  lesson out;
  if (flights_.empty()) {
    if (too_large) out.is = lesson::verdict::puzzled;
    return out;
  }
  const flight largest = std::move(flights_.front());
  flights_.clear();
  knowledge& its = known_[server_];
  if (!too_large && !is_suspicious(its, largest)) return out;
  its.suspect.clear();
  its.times = 0;
  learn(its, largest.bytes);
  return {lesson::verdict::learned, largest.what, largest.bytes};
}

bool frame_limit::is_suspicious(knowledge& its, const flight& largest) {
  const bool is_large = largest.bytes > small_suspect_bytes;
  const bool same = its.suspect == largest.what && its.suspect_number == largest.number;
  its.times = !is_large ? 0 : same ? its.times + 1 : 1;
  its.suspect = is_large ? largest.what : "";
  its.suspect_number = largest.number;
  return its.times >= (largest.bytes > suspect_bytes ? suspected_times : small_suspected_times);
}

void frame_limit::learn(knowledge& its, std::size_t bytes) const {
  if (its.taken >= bytes) its.taken = 0;
  std::size_t most = bytes - 1;
  if (its.lessons == 1) most = std::min(most, std::max(its.taken, suspect_bytes));
  if (its.lessons > 1) {
    const int quarters = std::min(2 * (its.lessons - 2), 8);
    most = std::min(most, std::max(its.taken, std::size_t{64U << 10U} >> quarters));
  }
  ++its.lessons;
  its.bytes_max = std::min(std::max(most, floor), bytes_max_);
}

}  // namespace gantry::myko
