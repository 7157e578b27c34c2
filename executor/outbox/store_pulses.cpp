#include "executor/outbox/store_pulses.hpp"

#include <algorithm>
#include <utility>

#include "executor/outbox/store_dropper.hpp"

namespace gantry::outbox {
namespace {

// Names remembered with their numbers, per kind.
constexpr std::size_t names_max = 4'096;

// Rows made notices in one go; the rest at the next one.
constexpr std::size_t expire_rows_max = 8'192;

constexpr std::size_t delete_rows_max = 4'096;

constexpr const char* all_records =
    "SELECT p.id, seq, count, timestamp, expires, form, joins, stream, time, truncated,"
    " body, run, l.name, e.name FROM pulse p CROSS JOIN lane l"
    " ON l.id = p.lane AND l.name >= char(2)"
    " CROSS JOIN emitter e ON e.id = p.emitter ORDER BY p.id";

record read_named(const query& row) {
  record out = read_record(row);
  out.target = model::target_id(row.text(12));
  out.emitter = model::emitter_id(row.text(13));
  return out;
}

}  // namespace

record read_record(const query& row) {
  record out;
  out.id = row.integer(0);
  out.seq = row.natural(1);
  out.count = row.natural(2);
  out.timestamp = row.integer(3);
  out.expires = row.integer(4);
  out.form = static_cast<form>(row.integer(5));
  out.joins = row.integer(6) != 0;
  out.stream = static_cast<engine::stream_kind>(row.integer(7));
  out.time = row.integer(8);
  out.truncated = row.integer(9) != 0;
  out.body = row.text(10);
  out.run = row.text(11);
  return out;
}

void pulse_table::read() {
  restore({});
  known_.last_id = number(database_, "SELECT value FROM mark WHERE name = 'last_id'");
  query all(database_,
            "SELECT count(*), coalesce(sum(CASE WHEN form <> 2 THEN count END), 0),"
            " coalesce(sum(cost), 0), coalesce(max(id), 0) FROM pulse");
  if (!all.step()) return;
  known_.waiting = {all.natural(0), all.natural(1), all.natural(2)};
  known_.last_id = std::max(known_.last_id, all.integer(3));
  known_.dropping = number(database_, "SELECT 1 FROM lane WHERE name < char(2) LIMIT 1") != 0;
}

void pulse_table::restore(const tally& before) {
  known_ = before;
  lanes_.clear();
  emitters_.clear();
}

void pulse_table::append(const record& each) {
  const std::int64_t lane = lane_of(each.target);
  const std::int64_t emitter = emitter_of(each.emitter.value, lane);
  // Notices stay.
  const std::int64_t expires = each.form == form::notice ? 0 : each.expires;
  execute(
      database_,
      "INSERT OR IGNORE INTO pulse (id, lane, emitter, seq, count, timestamp, expires, form, joins,"
      " stream, time, truncated, cost, body, run)"
      " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
      each.id, lane, emitter, each.seq, each.count, each.timestamp, expires,
      static_cast<int>(each.form), each.joins, static_cast<int>(each.stream), each.time,
      each.truncated, cost(each), each.body, each.run);
  // It is there already: a mistake of the caller's, which must not look like a damaged database.
  if (database_.changed() == 0) return;
  if (each.sealed) seal(each.target, each.id);
  known_.waiting.add(each);
  raise_last_id(each.id);
}

void pulse_table::erase(row_id id) {
  query gone(database_, "DELETE FROM pulse WHERE id = ? RETURNING form, count, cost", id);
  while (gone.step()) {
    known_.waiting.remove(static_cast<form>(gone.integer(0)), gone.natural(1), gone.natural(2));
  }
}

void pulse_table::set_next(const std::string& emitter, std::uint64_t seq) {
  execute(database_,
          "INSERT INTO emitter (name, next) VALUES (?1, ?2)"
          " ON CONFLICT (name) DO UPDATE SET next = ?2",
          emitter, seq);
}

void pulse_table::seal(const model::target_id& target, row_id through) {
  execute(database_, "UPDATE lane SET sealed = max(sealed, ?2) WHERE name = ?1", target.value,
          through);
}

void pulse_table::drop_target(const model::target_id& target) {
  // Emitters that never had a pulse are known by their names only: TARGET:NAME.
  const std::string first = target.value + ":";
  const std::string behind = target.value + ";";
  execute(database_,
          "DELETE FROM emitter WHERE lane = (SELECT id FROM lane WHERE name = ?1)"
          " OR (lane IS NULL AND name >= ?2 AND name < ?3)",
          target.value, first, behind);
  // Under this name no target is looked for; one that comes back gets a lane of its own.
  execute(database_, "UPDATE lane SET name = char(1) || id WHERE name = ?", target.value);
  if (database_.changed() > 0) known_.dropping = true;
  lanes_.clear();
  emitters_.clear();
}

bool pulse_table::delete_dropped(std::size_t rows_max) {
  while (known_.dropping && rows_max > 0 && database_.ok()) {
    const std::int64_t lane = number(database_, "SELECT id FROM lane WHERE name < char(2) LIMIT 1");
    known_.dropping = lane != 0;
    if (lane == 0) break;
    std::size_t deleted = 0;
    query gone(database_,
               "DELETE FROM pulse WHERE id IN (SELECT id FROM pulse INDEXED BY pulse_lane"
               " WHERE lane = ? ORDER BY id LIMIT ?) RETURNING form, count, cost",
               lane, rows_max);
    while (gone.step()) {
      ++deleted;
      known_.waiting.remove(static_cast<form>(gone.integer(0)), gone.natural(1), gone.natural(2));
    }
    if (deleted < rows_max) execute(database_, "DELETE FROM lane WHERE id = ?", lane);
    rows_max -= deleted;
  }
  return known_.dropping;
}

void pulse_table::raise_last_id(row_id id) { known_.last_id = std::max(known_.last_id, id); }

void pulse_table::keep_below(std::uint64_t bytes_max) {
  // What nobody waits for goes first.
  while (known_.waiting.bytes > bytes_max && delete_dropped(delete_rows_max)) {
  }
  if (known_.waiting.bytes <= bytes_max) return;
  dropper(database_, known_).keep_below(bytes_max);
}

void pulse_table::expire(std::int64_t now) {
  if (known_.dropping) return;  // soon
  dropper(database_, known_).expire(now, expire_rows_max);
}

std::vector<model::target_id> pulse_table::take_lost_of() {
  std::vector<model::target_id> out;
  for (const std::int64_t lane : std::exchange(known_.lost_of, {})) {
    query each(database_, "SELECT name FROM lane WHERE id = ?", lane);
    if (each.step()) out.emplace_back(each.text(0));
  }
  return out;
}

std::int64_t pulse_table::oldest() {
  return number(database_, "SELECT timestamp FROM pulse ORDER BY id LIMIT 1");
}

usage pulse_table::of(row_id id) {
  usage out;
  query each(database_, "SELECT form, count, cost FROM pulse WHERE id = ?", id);
  if (each.step()) out.add(static_cast<form>(each.integer(0)), each.natural(1), each.natural(2));
  return out;
}

std::vector<row_id> pulse_table::ids_of(const model::target_id& target) {
  std::vector<row_id> out;
  query each(database_,
             "SELECT id FROM pulse WHERE lane = (SELECT id FROM lane WHERE name = ?) ORDER BY id",
             target.value);
  while (each.step()) out.push_back(each.integer(0));
  return out;
}

std::vector<row_id> pulse_table::ids_from(row_id first) {
  std::vector<row_id> out;
  query each(database_, "SELECT id FROM pulse WHERE id >= ? ORDER BY id", first);
  while (each.step()) out.push_back(each.integer(0));
  return out;
}

bool pulse_table::has(const model::target_id& target) {
  return number(database_,
                "SELECT 1 FROM pulse WHERE lane = (SELECT id FROM lane WHERE name = ?) LIMIT 1",
                target.value) != 0;
}

std::vector<model::target_id> pulse_table::waiting() {
  std::vector<model::target_id> out;
  query each(database_,
             "SELECT name, (SELECT min(id) FROM pulse WHERE lane = lane.id) AS first FROM lane"
             " WHERE first IS NOT NULL AND name >= char(2) ORDER BY first");
  while (each.step()) out.emplace_back(each.text(0));
  return out;
}

void pulse_table::each_next(const std::function<void(const std::string&, std::uint64_t)>& visit) {
  query each(database_, "SELECT name, next FROM emitter WHERE next IS NOT NULL");
  while (each.step()) visit(each.text(0), each.natural(1));
}

void pulse_table::each_seal(const std::function<void(const model::target_id&, row_id)>& visit) {
  query each(database_, "SELECT name, sealed FROM lane WHERE sealed > 0 AND name >= char(2)");
  while (each.step()) visit(model::target_id(each.text(0)), each.integer(1));
}

void pulse_table::each_record(const std::function<void(const record&)>& visit) {
  query each(database_, all_records);
  while (each.step()) visit(read_named(each));
}

std::vector<record> pulse_table::first_records(std::uint64_t bytes_max, std::size_t rows_max) {
  std::vector<record> out;
  std::uint64_t spent = 0;
  query each(database_, all_records);
  while (out.size() < rows_max && each.step()) {
    record next = read_named(each);
    spent += cost(next);
    if (!out.empty() && spent > bytes_max) break;
    out.push_back(std::move(next));
  }
  return out;
}

std::int64_t pulse_table::lane_of(const model::target_id& target) {
  const auto known = lanes_.find(target.value);
  if (known != lanes_.end()) return known->second;
  std::int64_t id = number(database_, "SELECT id FROM lane WHERE name = ?", target.value);
  if (id == 0) {
    execute(database_, "INSERT INTO lane (name) VALUES (?)", target.value);
    if (!database_.ok()) return 0;
    id = database_.last_inserted();
  }
  if (lanes_.size() >= names_max) lanes_.clear();
  lanes_.emplace(target.value, id);
  return id;
}

std::int64_t pulse_table::emitter_of(const std::string& name, std::int64_t lane) {
  const auto known = emitters_.find(name);
  if (known != emitters_.end()) return known->second;
  execute(database_,
          "INSERT INTO emitter (name, lane) VALUES (?1, ?2)"
          " ON CONFLICT (name) DO UPDATE SET lane = ?2 WHERE lane IS NULL",
          name, lane);
  const std::int64_t id = number(database_, "SELECT id FROM emitter WHERE name = ?", name);
  if (id == 0) database_.fail_as_damaged("an emitter is not there");
  if (emitters_.size() >= names_max) emitters_.clear();
  emitters_.emplace(name, id);
  return id;
}

}  // namespace gantry::outbox
