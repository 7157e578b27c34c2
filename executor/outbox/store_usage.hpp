// What waits, added up.
#pragma once

#include <cstdint>
#include <set>

#include "executor/outbox/record.hpp"

namespace gantry::outbox {

struct usage {
  std::uint64_t records = 0;
  std::uint64_t lines = 0;  // without those of notices
  std::uint64_t bytes = 0;

  void add(form what, std::uint64_t count, std::uint64_t cost) {
    records += 1;
    lines += what == form::notice ? 0 : count;
    bytes += cost;
  }
  void add(const record& each) { add(each.form, each.count, cost(each)); }
  void remove(form what, std::uint64_t count, std::uint64_t cost) {
    records -= 1;
    lines -= what == form::notice ? 0 : count;
    bytes -= cost;
  }
  void add(const usage& other) {
    records += other.records;
    lines += other.lines;
    bytes += other.bytes;
  }
  void remove(const usage& other) {
    records -= other.records;
    lines -= other.lines;
    bytes -= other.bytes;
  }
  bool operator==(const usage&) const = default;
};

// What is known of the pulses of one database without asking it.
struct tally {
  usage waiting;
  std::uint64_t dropped_full = 0;     // lines, since it was opened
  std::uint64_t dropped_expired = 0;  // the same
  std::set<std::int64_t> lost_of;     // lanes that lost lines to a full disk, until they are taken
  row_id last_id = 0;                 // the highest ever used
  bool dropping = false;              // rows of dropped targets are still to be deleted, and count
  row_id settled = 0;                 // up to here there are only sealed records and notices
};

}  // namespace gantry::outbox
