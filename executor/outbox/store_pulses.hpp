// The pulses of one database, their lanes (a lane is a target) and their emitters. Changes are for
// within a transaction of the caller's; after its failure, restore() puts back what was known.
//
// Sealed is a mark of a lane, not of a row: all up to the last record that was given. So sealing
// writes some bytes, not the bodies again.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "executor/outbox/database.hpp"
#include "executor/outbox/store_usage.hpp"
#include "model/ids.hpp"

namespace gantry::outbox {

class pulse_table {
 public:
  explicit pulse_table(database& in) : database_(in) {}

  // Looks at every row's first bytes: finds much of what may be damaged, too.
  void read();
  [[nodiscard]] const tally& known() const { return known_; }
  void restore(const tally& before);

  void append(const record& each);
  void erase(row_id id);
  void set_next(const std::string& emitter, std::uint64_t seq);
  void seal(const model::target_id& target, row_id through);
  // From now on nothing of it is found. Its rows are deleted by and by.
  void drop_target(const model::target_id& target);
  // Deletes rows of dropped targets, no more than so many; false: there are none left.
  bool delete_dropped(std::size_t rows_max);
  void raise_last_id(row_id id);
  // Drops the oldest until what waits is a little below the limit, if it is above it.
  void keep_below(std::uint64_t bytes_max);
  // Drops what has expired, but no more than a bounded number.
  void expire(std::int64_t now);

  // The targets that lost records to keep_below() since the last call.
  [[nodiscard]] std::vector<model::target_id> take_lost_of();

  [[nodiscard]] std::int64_t oldest();
  // What one row, or all of a target, counts as; nothing where it is not there.
  [[nodiscard]] usage of(row_id id);
  [[nodiscard]] std::vector<row_id> ids_of(const model::target_id& target);
  [[nodiscard]] std::vector<row_id> ids_from(row_id first);
  // The oldest, one at least if there are any, and no more than these limits say.
  [[nodiscard]] std::vector<record> first_records(std::uint64_t bytes_max, std::size_t rows_max);
  [[nodiscard]] bool has(const model::target_id& target);
  [[nodiscard]] std::vector<model::target_id> waiting();
  void each_next(const std::function<void(const std::string&, std::uint64_t)>& visit);
  void each_seal(const std::function<void(const model::target_id&, row_id)>& visit);
  void each_record(const std::function<void(const record&)>& visit);

 private:
  friend class lane_loader;

  std::int64_t lane_of(const model::target_id& target);
  std::int64_t emitter_of(const std::string& name, std::int64_t lane);

  database& database_;
  tally known_;
  // Of names that were looked up lately.
  std::unordered_map<std::string, std::int64_t> lanes_;
  std::unordered_map<std::string, std::int64_t> emitters_;
};

// Reads a row of "SELECT id, seq, count, timestamp, expires, form, joins, stream, time, truncated,
// body, run"; target, emitter and `sealed` are the caller's.
[[nodiscard]] record read_record(const query& row);

}  // namespace gantry::outbox
