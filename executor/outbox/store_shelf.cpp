#include "executor/outbox/store_shelf.hpp"

#include <algorithm>
#include <string>

#include "executor/outbox/schema.hpp"
#include "executor/outbox/store_state.hpp"

namespace gantry::outbox {
namespace {

constexpr std::int64_t expire_milliseconds = 1'000;

// Free pages are given back when they are more than a quarter of the file, since most are used
// again soon; and so many at most in one transaction, since each may mean to move another page.
constexpr std::int64_t free_pages_min = 256;
constexpr std::uint64_t free_pages_once = 512;

// Rows of dropped targets that are deleted in one transaction: some ten milliseconds.
constexpr std::size_t drop_rows_max = 4'096;

void append_all(pulse_table& to, const batch& what) {
  for (const auto& target : what.dropped_targets) to.drop_target(target);
  for (const record& each : what.records) to.append(each);
  for (const auto& [emitter, next] : what.seqs) to.set_next(emitter, next);
  for (const row_id id : what.acknowledged) to.erase(id);
}

}  // namespace

void shelf::open_memory() {
  database_.open("", database::access::write);
  prepare(database_, durability::off);
}

void shelf::read(snapshot& out) {
  pulses_.read();
  read_state(database_, out);
  pulses_.each_next(
      [&](const std::string& emitter, std::uint64_t next) { out.seqs.emplace(emitter, next); });
  out.waiting = pulses_.waiting();
  out.last_id = stored_last_id_ = pulses_.known().last_id;
}

room shelf::look_for_room(const std::function<bool(const room&)>& fits) {
  if (!free_bytes_) return room_;
  room_ = measure();
  if (!fits(room_) || room_.log_is_large()) {
    database_.checkpoint();
    room_ = measure();
  }
  database_.checkpoint_at(static_cast<int>(room_.log_bytes_max() / page_bytes));
  return room_;
}

room shelf::measure() {
  room out;
  out.free = std::min(free_bytes_(), room::endless);
  const auto needed = static_cast<std::uint64_t>(number(database_, "PRAGMA page_count"));
  const std::uint64_t has = database_.file_bytes();
  out.owed = needed * page_bytes - std::min(needed * page_bytes, has);
  const auto unused = static_cast<std::uint64_t>(number(database_, "PRAGMA freelist_count"));
  out.reusable = unused * page_bytes;
  out.log = database_.log_bytes();
  return out;
}

void shelf::give_back() {
  static_cast<void>(change([this] { shrink(); }));
}

bool shelf::write(const std::function<void()>& work, std::int64_t now) {
  const bool looks = now < expired_at_ || now - expired_at_ >= expire_milliseconds;
  const std::uint64_t limit = room_.bytes_max(bytes_max_, pulses_.known().waiting.bytes);
  const bool done = change([&] {
    work();
    static_cast<void>(pulses_.delete_dropped(room_.steps_max(drop_rows_max)));
    if (looks) pulses_.expire(now);
    pulses_.keep_below(limit);
    store_last_id();
    shrink();
  });
  if (done && looks) expired_at_ = now;
  if (done) stored_last_id_ = pulses_.known().last_id;
  return done;
}

bool shelf::write(const batch& what, std::int64_t now) {
  return write(
      [&] {
        append_all(pulses_, what);
        write_state(database_, what);
      },
      now);
}

bool shelf::change(const std::function<void()>& work) {
  const tally before = pulses_.known();
  transaction all(database_);
  work();
  if (all.commit()) return true;
  pulses_.restore(before);
  return false;
}

void shelf::store_last_id() {
  const row_id last = pulses_.known().last_id;
  if (last == stored_last_id_) return;
  execute(database_, "INSERT OR REPLACE INTO mark (name, value) VALUES ('last_id', ?)", last);
}

void shelf::shrink() {
  const std::int64_t free = number(database_, "PRAGMA freelist_count");
  if (free <= free_pages_min || free <= number(database_, "PRAGMA page_count") / 4) return;
  const auto some = std::min(free, static_cast<std::int64_t>(room_.steps_max(free_pages_once)));
  if (some == 0) return;  // which would mean all
  database_.run(("PRAGMA incremental_vacuum(" + std::to_string(some) + ")").c_str());
}

void begin_move(database& in, row_id first) {
  execute(in, "INSERT OR IGNORE INTO mark (name, value) VALUES ('unfinished_move', ?)", first);
}

void end_move(database& in) { execute(in, "DELETE FROM mark WHERE name = 'unfinished_move'"); }

row_id unfinished_move(database& in) {
  return number(in, "SELECT value FROM mark WHERE name = 'unfinished_move'");
}

void copy(shelf& from, shelf& to) {
  from.pulses().each_record([&](const record& each) { to.pulses().append(each); });
  from.pulses().each_seal(
      [&](const model::target_id& target, row_id through) { to.pulses().seal(target, through); });
  snapshot rest;
  read_state(from.database(), rest);
  batch state;
  state.containers = std::move(rest.containers);
  state.targets = std::move(rest.targets);
  state.entities = std::move(rest.entities);
  state.facts = std::move(rest.facts);
  write_state(to.database(), state);
  from.pulses().each_next(
      [&](const std::string& emitter, std::uint64_t next) { to.pulses().set_next(emitter, next); });
  to.pulses().raise_last_id(from.pulses().known().last_id);
}

}  // namespace gantry::outbox
