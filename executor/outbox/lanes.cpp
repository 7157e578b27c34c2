#include "executor/outbox/lanes.hpp"

#include <algorithm>
#include <utility>

namespace gantry::outbox {

// ---- In -------------------------------------------------------------------------------------

void lanes::admit(record& next) {
  const lane& its = lanes_[next.target];
  next.sealed = open_ && !its.more && !its.dropped && bytes_ < config_.memory_bytes_max;
}

void lanes::written(record each) {
  lane& its = lanes_[each.target];
  if (each.sealed && !its.more) {
    add(its, {std::move(each), false});
  } else {
    its.more = true;
    its.dropped = false;  // the target has come back
  }
}

std::vector<load_request> lanes::wanted() {
  std::vector<load_request> out;
  if (!open_ || loading_ || lanes_.empty()) return out;
  std::size_t room = config_.memory_bytes_max - std::min(config_.memory_bytes_max, bytes_);
  auto each = lanes_.upper_bound(last_loaded_);
  for (std::size_t seen = 0; seen < lanes_.size() && room > 0; ++seen, ++each) {
    if (each == lanes_.end()) each = lanes_.begin();
    if (!is_hungry(each->second)) continue;
    const std::size_t bytes = std::min(room, config_.load_bytes);
    room -= bytes;
    each->second.loading = true;
    out.push_back({each->first, each->second.last, bytes});
    if (out.size() == config_.load_targets_max) break;
  }
  if (!out.empty()) last_loaded_ = out.back().target;
  loading_ = !out.empty();
  return out;
}

bool lanes::is_hungry(const lane& which) const {
  return which.more && !which.loading && !which.dropped &&
         which.waiting_bytes < config_.load_bytes / 2;
}

void lanes::loaded(std::vector<outbox::loaded> what) {
  loading_ = false;
  for (outbox::loaded& each : what) {
    lane& its = lanes_[each.target];
    its.loading = false;
    its.more = each.more;
    if (!its.dropped) {
      for (record& one : each.records) add(its, {std::move(one), true});
    }
    forget_if_done(each.target);
  }
}

void lanes::add(lane& which, entry next) {
  const std::size_t size = cost(next.what);
  bytes_ += size;
  which.waiting_bytes += size;
  which.last = next.what.id;
  which.entries.push_back(std::move(next));
  schedule(which);
}

void lanes::schedule(lane& which) {
  if (which.scheduled || !has_waiting(which)) return;
  which.scheduled = true;
  ready_.push_back(&which);
}

// ---- Out ------------------------------------------------------------------------------------

const record* lanes::next(const myko::moment& now) {
  wake(now.steady);
  while (!ready_.empty()) {
    lane& its = *ready_.front();
    ready_.pop_front();
    its.scheduled = false;
    if (!has_waiting(its) || !may_go(its, now.steady)) continue;
    record& out = its.entries[its.in_flight++].what;
    its.waiting_bytes -= std::min<std::size_t>(its.waiting_bytes, cost(out));
    // What is too late to be of use must not go, even if it is only late by the way here.
    if (out.expires != 0 && out.form != form::notice && out.expires <= myko::unix_ms(now.wall)) {
      become_notice(out, reasons::expired);
    }
    flights_.push_back(out.target);
    schedule(its);
    return &out;
  }
  return nullptr;
}

void lanes::become_notice(record& which, const char* reason) {
  which.form = form::notice;
  bytes_ -= which.body.size();
  which.body = reason;
  bytes_ += which.body.size();
}

const record& lanes::replace_last() {
  lane& its = lanes_.at(flights_.back());
  record& out = its.entries[its.in_flight - 1].what;
  become_notice(out, reasons::too_large);
  return out;
}

void lanes::wake(time_point now) {
  while (!resting_.empty() && resting_.begin()->first <= now) {
    ready_.push_back(resting_.begin()->second);
    resting_.erase(resting_.begin());
  }
}

// Else it rests until its rate lets it.
bool lanes::may_go(lane& which, time_point now) {
  const entry& next = which.entries[which.in_flight];
  if (!next.from_disk || next.what.form != form::lines) return true;
  if (!which.rate) {
    which.rate = rate_(next.what.emitter);
    which.refilled = now;
  }
  // A hair more than was earned, so that rounding cannot leave 0.999… when it is time.
  const std::chrono::duration<double> passed = now - which.refilled;
  const double most = std::max(1.0, *which.rate / 4);
  which.tokens = std::min(most, which.tokens + passed.count() * *which.rate + 1e-9);
  which.refilled = now;
  if (which.tokens >= 1) {
    which.tokens -= 1;
    return true;
  }
  const auto wait = std::chrono::ceil<time_point::duration>(
      std::chrono::duration<double>((1 - which.tokens) / *which.rate));
  which.scheduled = true;
  resting_.emplace(now + wait, &which);
  return false;
}

std::optional<lanes::time_point> lanes::next_due() const {
  if (!ready_.empty() || resting_.empty()) return std::nullopt;
  return resting_.begin()->first;
}

void lanes::acknowledged(std::size_t count) {
  for (; count > 0 && !flights_.empty(); --count) {
    const model::target_id target = std::move(flights_.front());
    flights_.pop_front();
    lane& its = lanes_.at(target);
    bytes_ -= cost(its.entries.front().what);
    arrived_.push_back(its.entries.front().what.id);
    its.entries.pop_front();
    --its.in_flight;
    forget_if_done(target);
  }
}

void lanes::rewind() {
  flights_.clear();
  for (auto each = lanes_.begin(); each != lanes_.end();) {
    const auto at = each++;
    lane& its = at->second;
    for (std::size_t flying = 0; flying < its.in_flight; ++flying) {
      its.waiting_bytes += cost(its.entries[flying].what);
    }
    its.in_flight = 0;
    if (its.dropped) {
      drop(at->first);
    } else {
      schedule(its);
    }
  }
}

// What is in flight stays until its fate is known.
void lanes::drop(const model::target_id& target) {
  const auto found = lanes_.find(target);
  if (found == lanes_.end()) return;
  lane& its = found->second;
  while (has_waiting(its)) {
    bytes_ -= cost(its.entries.back().what);
    its.entries.pop_back();
  }
  its.waiting_bytes = 0;
  its.more = false;
  its.dropped = true;
  forget_if_done(target);
}

// An empty lane of a target that is there is kept: it knows which rows were in memory already.
void lanes::forget_if_done(const model::target_id& target) {
  const auto found = lanes_.find(target);
  lane& its = found->second;
  if (!its.dropped || !its.entries.empty() || its.loading) return;
  if (its.scheduled) {
    std::erase(ready_, &its);
    std::erase_if(resting_, [&](const auto& each) { return each.second == &its; });
  }
  lanes_.erase(found);
}

}  // namespace gantry::outbox
