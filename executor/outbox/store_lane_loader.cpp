#include "executor/outbox/store_lane_loader.hpp"

#include <utility>

namespace gantry::outbox {

// `take` says of each row whether it was taken; the first that was not ends the reading.
template <typename Take>
void lane_loader::read_rows(const load_request& wanted, const Take& take) {
  out_.target = wanted.target;
  {
    query lane(table_.database_, "SELECT id, sealed FROM lane WHERE name = ?", wanted.target.value);
    if (!lane.step()) return;
    lane_ = lane.integer(0);
    sealed_ = lane.integer(1);
  }
  query each(table_.database_,
             "SELECT p.id, p.seq, p.count, p.timestamp, p.expires, p.form, p.joins, p.stream,"
             " p.time, p.truncated, p.body, p.run, e.name FROM pulse p INDEXED BY pulse_lane"
             " LEFT JOIN emitter e ON e.id = p.emitter WHERE p.lane = ? AND p.id > ?"
             " ORDER BY p.id",
             lane_, wanted.after);
  while (each.step()) {
    if (each.is_null(12)) {
      table_.database_.fail_as_damaged("a pulse has no emitter");
      return;
    }
    record next = read_record(each);
    next.target = wanted.target;
    next.emitter = model::emitter_id(each.text(12));
    next.sealed = next.id <= sealed_;
    if (!take(std::move(next))) {
      out_.more = true;
      return;
    }
  }
}

void lane_loader::plan(const load_request& wanted) {
  std::size_t rows = 0;
  std::uint64_t spent = 0;
  read_rows(wanted, [&](record next) {
    const bool first = out_.records.empty();
    if (!first && rows >= limits_.rows_max) return false;
    const std::uint64_t was = cost(next);
    const std::uint64_t count = next.count;
    const form what = next.form;
    const bool expired = expire(next);
    const bool joined = !first && joins(out_.records.back(), next);
    const std::uint64_t more = !joined                     ? cost(next)
                               : next.form == form::notice ? 0
                                                           : next.body.size() + 1;
    if (!first && spent + more > wanted.bytes_max) return false;
    ++rows;
    spent += more;
    taken_.add(what, count, was);
    expired_ += expired ? count : 0;
    if (joined) {
      join(std::move(next));
    } else {
      out_.records.push_back(std::move(next));
      if (expired) change_of_last();
    }
    return true;
  });
  seals_ = !out_.records.empty() && !out_.records.back().sealed;
}

void lane_loader::plan_as_is(const load_request& wanted,
                             const std::function<bool(row_id)>& skipped) {
  std::size_t rows = 0;
  std::uint64_t spent = 0;
  read_rows(wanted, [&](record next) {
    if (skipped(next.id)) return true;
    const bool first = out_.records.empty();
    static_cast<void>(expire(next));
    const std::uint64_t more = cost(next);
    if (!first && (rows >= limits_.rows_max || spent + more > wanted.bytes_max)) return false;
    ++rows;
    spent += more;
    next.sealed = true;
    out_.records.push_back(std::move(next));
    return true;
  });
}

bool lane_loader::expire(record& each) const {
  if (each.form == form::notice || each.expires == 0 || each.expires > limits_.now) return false;
  record notice;
  notice.id = each.id;
  notice.target = std::move(each.target);
  notice.emitter = std::move(each.emitter);
  notice.seq = each.seq;
  notice.count = each.count;
  notice.timestamp = each.timestamp;
  notice.sealed = each.sealed;
  notice.form = form::notice;
  notice.body = reasons::expired;
  each = std::move(notice);
  return true;
}

bool lane_loader::joins(const record& last, const record& next) const {
  if (last.sealed || next.sealed) return false;
  if (last.form != form::notice) return can_join(last, next, limits_.pulse_bytes_max);
  // A sum with an unknown number would be wrong.
  return next.form == form::notice && last.emitter == next.emitter && last.body == next.body &&
         last.seq + last.count == next.seq && (last.count == 0) == (next.count == 0);
}

void lane_loader::join(record next) {
  record& last = out_.records.back();
  if (last.form == form::lines) {
    last.body += '\n';
    last.body += next.body;
  }
  last.count += next.count;
  change_of_last().joined_to = next.id;
}

lane_loader::change& lane_loader::change_of_last() {
  const std::size_t at = out_.records.size() - 1;
  if (changes_.empty() || changes_.back().at != at) changes_.push_back({at});
  return changes_.back();
}

void lane_loader::carry_out() {
  database& in = table_.database_;
  for (const change& each : changes_) {
    const record& now = out_.records[each.at];
    if (each.joined_to != 0) {
      execute(in, "DELETE FROM pulse WHERE lane = ? AND id > ? AND id <= ?", lane_, now.id,
              each.joined_to);
    }
    execute(in,
            "UPDATE pulse SET count = ?2, form = ?3, expires = ?4, joins = ?5, stream = ?6,"
            " time = ?7, truncated = ?8, cost = ?9, body = ?10, run = ?11 WHERE id = ?1",
            now.id, now.count, static_cast<int>(now.form), now.expires, now.joins,
            static_cast<int>(now.stream), now.time, now.truncated, cost(now), now.body, now.run);
  }
  if (seals_) {
    execute(in, "UPDATE lane SET sealed = ? WHERE id = ?", out_.records.back().id, lane_);
  }
  table_.known_.waiting.remove(taken_);
  table_.known_.dropped_expired += expired_;
  for (record& each : out_.records) {
    each.sealed = true;
    table_.known_.waiting.add(each);
  }
}

}  // namespace gantry::outbox
