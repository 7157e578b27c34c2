// The database: pulses that wait, and all that gantry has to know after a crash. SQLite, in
// docs/STATE.md's format. Blocking: it lives on the disk thread.
//
// Errors: nothing here fails. A database that cannot be opened is moved aside when it is damaged,
// of another program or of a newer format, and replaced by a new one; where even that cannot be,
// all is kept in memory. While the disk is full, read-only or failing, what is written is kept in
// memory, within spill_bytes_max, and goes to the disk when that works again. trouble() says so in
// words, and every report carries what was dropped.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "executor/outbox/batch.hpp"
#include "executor/outbox/record.hpp"

namespace gantry::outbox {

// What survives what; see docs/STATE.md.
enum class durability {
  off,     // a crash of gantry
  normal,  // and a crash of the machine, but for the last moments; never a damaged database
  full,    // and a crash of the machine
};

struct store_config {
  std::string file;  // empty: all in memory
  outbox::durability durability = outbox::durability::full;
  std::uint64_t bytes_max = 256U << 20U;       // of records; above it the oldest are dropped
  std::uint64_t spill_bytes_max = 16U << 20U;  // the same, of those that only memory holds
  std::size_t pulse_bytes_max = 64U << 10U;    // combined lines are no longer than this
  // Of the disk that the file is on; asked of the system unless given.
  std::function<std::uint64_t()> free_bytes;
  // ms since 1970, to see what has expired.
  std::function<std::int64_t()> now;
};

// What is in there, at a glance.
struct totals {
  std::uint64_t records = 0;
  std::uint64_t lines = 0;  // the sum of their counts, without notices
  std::uint64_t bytes = 0;  // the sum of their cost()
  std::int64_t oldest = 0;  // timestamp of the oldest; 0: there is none
  // Lines dropped since the store was opened.
  std::uint64_t dropped_full = 0;
  std::uint64_t dropped_expired = 0;
  // Rows of dropped targets are still there, and count: the next write, even an empty one, goes on
  // to delete them.
  bool dropping = false;
  // Of which targets the last write dropped some because it is full. An age that they reached was
  // the operator's wish.
  std::vector<model::target_id> lost_of;
  std::string trouble;  // why the disk is not written; empty: it is
  // How often since open() the database was found damaged, or gone, and begun anew. All that was
  // in it is lost, also what is no pulse: the owner writes again what it knows.
  std::uint64_t renewed = 0;
  // What happened to a database since open(), the last time, and where the old one is; or empty.
  std::string notice;

  bool operator==(const totals&) const = default;
};

// As it was found at the start.
struct snapshot {
  std::map<std::string, std::string> facts;
  std::map<std::string, std::uint64_t> seqs;
  std::vector<saved_container> containers;
  std::vector<saved_target> targets;
  std::vector<saved_entity> entities;
  std::vector<model::target_id> waiting;  // targets with records, the oldest record first
  row_id last_id = 0;                     // the highest ever used
  outbox::totals totals;
  std::string notice;  // what the operator must know: the old database was moved aside, ...
};

struct load_request {
  model::target_id target;
  row_id after = 0;
  std::size_t bytes_max = 0;  // at least one record is given, however large
};

struct loaded {
  model::target_id target;
  std::vector<record> records;  // all sealed, oldest first
  bool more = false;            // there are more behind these
};

class store {
 public:
  explicit store(store_config config);
  ~store();
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  [[nodiscard]] snapshot open();

  // One transaction. Records above bytes_max are dropped, the oldest first, but for sealed ones
  // (they may be on their way, and are few): a notice in their place says how many and which.
  // Records that have expired are dropped in the same way, sealed or not, from time to time.
  [[nodiscard]] totals write(const batch& what);
  // A disk that fails is tried once a second; but the next write tries it at once.
  void try_again();

  // The next records of some targets. Neighbours that may be combined are, for good; what is given
  // is sealed, for good, in the same transaction, and with it all before it of its target. Expired
  // ones have become notices, each sealed one for itself, under its id. While there is trouble,
  // what is on disk is given as it is there: not combined.
  [[nodiscard]] std::vector<loaded> load(const std::vector<load_request>& wanted);

  [[nodiscard]] totals count() const;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

// For `gantry check`: what waits in a database that another gantry may be writing just now.
// Nothing when there is none, or none that can be read.
[[nodiscard]] std::optional<totals> peek(const std::string& file);

}  // namespace gantry::outbox
