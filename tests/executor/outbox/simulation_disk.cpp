#include "tests/executor/outbox/simulation_disk.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace gantry::outbox::simulation {
namespace {

record notice_for(const record& each, const char* reason) {
  record out;
  out.id = each.id;
  out.target = each.target;
  out.emitter = each.emitter;
  out.seq = each.seq;
  out.count = each.count;
  out.timestamp = each.timestamp;
  out.form = form::notice;
  out.body = reason;
  return out;
}

bool has_expired(const record& each, std::int64_t now) {
  return each.form != form::notice && each.expires != 0 && each.expires <= now;
}

}  // namespace

snapshot model_disk::open() const {
  snapshot out;
  out.seqs = seqs_;
  for (const auto& [id, each] : containers_) out.containers.push_back(each);
  for (const auto& [id, each] : rows_) {
    if (std::count(out.waiting.begin(), out.waiting.end(), each.target) > 0) continue;
    out.waiting.push_back(each.target);
  }
  out.last_id = last_id_;
  return out;
}

bool model_disk::is_sealed(const record& each) const {
  const auto found = seals_.find(each.target);
  return found != seals_.end() && each.id <= found->second;
}

// ---- Writing --------------------------------------------------------------------------------

void model_disk::write(const batch& what, std::int64_t now) {
  for (const model::target_id& each : what.dropped_targets) drop(each);
  for (const record& each : what.records) {
    if (each.sealed) seals_[each.target] = each.id;
    rows_.emplace(each.id, each);
    last_id_ = each.id;
  }
  for (const auto& [emitter, next] : what.seqs) seqs_[emitter] = next;
  for (const row_id id : what.acknowledged) rows_.erase(id);
  for (const std::string& id : what.containers_gone) containers_.erase(id);
  for (const saved_container& each : what.containers) containers_[each.id] = each;
  if (++writes_ % 3 == 0) expire(now);
  keep_below_limit();
}

void model_disk::drop(const model::target_id& target) {
  std::erase_if(rows_, [&](const auto& each) { return each.second.target == target; });
  std::erase_if(seqs_,
                [&](const auto& each) { return each.first.starts_with(target.value + ":"); });
  seals_.erase(target);
}

void model_disk::expire(std::int64_t now) {
  for (auto each = rows_.begin(); each != rows_.end();) {
    each = has_expired(each->second, now) ? make_notice(each, reasons::expired) : std::next(each);
  }
}

void model_disk::keep_below_limit() {
  std::uint64_t bytes = 0;
  for (const auto& [id, each] : rows_) bytes += cost(each);
  for (auto each = rows_.begin(); each != rows_.end() && bytes > limits_.bytes_max;) {
    const bool stays = each->second.form == form::notice || is_sealed(each->second);
    if (!stays) bytes -= cost(each->second);
    each = stays ? std::next(each) : make_notice(each, reasons::full);
  }
}

// The next row.
model_disk::row model_disk::make_notice(row of, const char* reason) {
  of->second = notice_for(of->second, reason);
  const auto next = std::next(of);
  if (!is_sealed(of->second)) take_in_before(of);
  return next;
}

// The emitter's record before this one takes it in, if it can.
void model_disk::take_in_before(row notice) {
  for (auto each = notice; each != rows_.begin();) {
    record& before = (--each)->second;
    if (before.emitter != notice->second.emitter) continue;
    const bool joins = before.form == form::notice && !is_sealed(before) && before.count > 0 &&
                       before.body == notice->second.body &&
                       before.seq + before.count == notice->second.seq;
    if (!joins) return;
    before.count += notice->second.count;
    rows_.erase(notice);
    return;
  }
}

// ---- Loading --------------------------------------------------------------------------------

std::vector<loaded> model_disk::load(const std::vector<load_request>& wanted, std::int64_t now) {
  std::vector<loaded> out;
  out.reserve(wanted.size());
  for (const load_request& each : wanted) out.push_back(give(each, now));
  return out;
}

loaded model_disk::give(const load_request& wanted, std::int64_t now) {
  loaded out{wanted.target, {}, false};
  std::uint64_t spent = 0;
  for (auto each = rows_.upper_bound(wanted.after); each != rows_.end();) {
    if (each->second.target != wanted.target) {
      ++each;
      continue;
    }
    record next =
        has_expired(each->second, now) ? notice_for(each->second, reasons::expired) : each->second;
    next.sealed = is_sealed(next);
    const bool first = out.records.empty();
    const bool joined = !first && may_join(out.records.back(), next);
    const std::uint64_t more = !joined                     ? cost(next)
                               : next.form == form::notice ? 0
                                                           : next.body.size() + 1;
    if (!first && spent + more > wanted.bytes_max) {
      out.more = true;
      break;
    }
    spent += more;
    if (joined) {
      record& last = out.records.back();
      if (last.form == form::lines) last.body += "\n" + next.body;
      last.count += next.count;
      ++joins_;
      each = rows_.erase(each);
    } else {
      out.records.push_back(std::move(next));
      ++each;
    }
  }
  for (record& each : out.records) {
    each.sealed = true;
    rows_[each.id] = each;
  }
  if (!out.records.empty()) {
    row_id& sealed = seals_[wanted.target];
    sealed = std::max(sealed, out.records.back().id);
  }
  return out;
}

bool model_disk::may_join(const record& last, const record& next) const {
  if (last.sealed || next.sealed) return false;
  if (last.form != form::notice) return can_join(last, next, limits_.pulse_bytes_max);
  return next.form == form::notice && last.emitter == next.emitter && last.body == next.body &&
         last.seq + last.count == next.seq && (last.count == 0) == (next.count == 0);
}

}  // namespace gantry::outbox::simulation
