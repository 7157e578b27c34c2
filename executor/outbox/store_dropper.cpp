#include "executor/outbox/store_dropper.hpp"

#include <algorithm>
#include <utility>

namespace gantry::outbox {
namespace {

constexpr int rows_at_once = 512;

// How far back the notice is looked for that takes in another record. Where it is not found there
// are two notices instead of one.
constexpr int look_back_rows = 64;

}  // namespace

void dropper::keep_below(std::uint64_t bytes_max) {
  // Somewhat below, so that the next record does not need this again.
  const std::uint64_t goal = bytes_max - bytes_max / 64;
  bool more = true;
  while (more && known_.waiting.bytes > goal && database_.ok()) {
    const std::vector<row> rows = rows_after(known_.settled);
    more = !rows.empty();
    for (const row& each : rows) {
      if (known_.waiting.bytes <= goal) break;
      known_.settled = each.id;
      if (each.sealed || each.form == form::notice) {
        last_record& last = last_[each.emitter];
        write(std::exchange(last, as_last(each)));
      } else {
        drop(each, reasons::full);
      }
    }
  }
  for (const auto& [emitter, last] : last_) write(last);
}

void dropper::expire(std::int64_t now, std::size_t rows_max) {
  std::vector<row> rows;
  {
    query each(database_,
               "SELECT p.id, lane, emitter, seq, count, form, cost, p.id <= l.sealed, ''"
               " FROM pulse p INDEXED BY pulse_expires CROSS JOIN lane l ON l.id = p.lane"
               " WHERE expires > 0 AND expires <= ? ORDER BY expires LIMIT ?",
               now, rows_max);
    while (each.step()) rows.push_back(read(each));
  }
  std::sort(rows.begin(), rows.end(), [](const row& a, const row& b) { return a.id < b.id; });
  for (const row& each : rows) {
    // Others may lie between two that expired: what is before each is looked up anew.
    last_.clear();
    drop(each, reasons::expired);
    for (const auto& [emitter, last] : last_) write(last);
  }
}

dropper::row dropper::read(const query& each) {
  row out;
  out.id = each.integer(0);
  out.lane = each.integer(1);
  out.emitter = each.integer(2);
  out.seq = each.natural(3);
  out.count = each.natural(4);
  out.form = static_cast<form>(each.integer(5));
  out.cost = each.natural(6);
  out.sealed = each.integer(7) != 0;
  out.reason = each.text(8);
  return out;
}

// A notice of an unknown number of lines takes in nothing: the sum would be wrong.
dropper::last_record dropper::as_last(const row& each) {
  if (each.form != form::notice || each.sealed || each.count == 0) return {};
  return {each.id, each.seq, each.count, each.reason};
}

std::vector<dropper::row> dropper::rows_after(row_id id) {
  std::vector<row> out;
  query each(database_,
             "SELECT p.id, lane, emitter, seq, count, form, cost, p.id <= l.sealed,"
             " CASE WHEN form = 2 THEN body ELSE '' END"
             " FROM pulse p CROSS JOIN lane l ON l.id = p.lane WHERE p.id > ?"
             " ORDER BY p.id LIMIT ?",
             id, rows_at_once);
  while (each.step()) out.push_back(read(each));
  return out;
}

dropper::last_record dropper::before(const row& next) {
  query each(database_,
             "SELECT p.id, lane, emitter, seq, count, form, cost, p.id <= l.sealed,"
             " CASE WHEN form = 2 THEN body ELSE '' END"
             " FROM pulse p INDEXED BY pulse_lane CROSS JOIN lane l ON l.id = p.lane"
             " WHERE lane = ? AND p.id < ? ORDER BY p.id DESC LIMIT ?",
             next.lane, next.id, look_back_rows);
  while (each.step()) {
    if (each.integer(2) == next.emitter) return as_last(read(each));
  }
  return {};
}

void dropper::drop(const row& each, const std::string& reason) {
  const bool is_full = reason == reasons::full;
  (is_full ? known_.dropped_full : known_.dropped_expired) += each.count;
  if (is_full) known_.lost_of.insert(each.lane);
  if (each.sealed) {
    replace(each, reason);
    return;
  }
  auto found = last_.find(each.emitter);
  if (found == last_.end()) found = last_.emplace(each.emitter, before(each)).first;
  last_record& last = found->second;
  if (last.notice != 0 && last.reason == reason && last.seq + last.count == each.seq) {
    last.count += each.count;
    last.changed = true;
    execute(database_, "DELETE FROM pulse WHERE id = ?", each.id);
    known_.waiting.remove(each.form, each.count, each.cost);
    return;
  }
  write(last);
  replace(each, reason);
  last = {each.id, each.seq, each.count, reason};
}

void dropper::replace(const row& each, const std::string& reason) {
  record notice;
  notice.form = form::notice;
  notice.body = reason;
  execute(database_,
          "UPDATE pulse SET form = 2, expires = 0, joins = 0, stream = 0, time = 0, truncated = 0,"
          " cost = ?2, body = ?3, run = '' WHERE id = ?1",
          each.id, cost(notice), notice.body);
  known_.waiting.remove(each.form, each.count, each.cost);
  known_.waiting.add(form::notice, each.count, cost(notice));
}

void dropper::write(const last_record& each) {
  if (!each.changed) return;
  execute(database_, "UPDATE pulse SET count = ? WHERE id = ?", each.count, each.notice);
}

}  // namespace gantry::outbox
