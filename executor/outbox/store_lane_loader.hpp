// Reads the next records of one target: first the decision what is given, without a change, then
// the change, within a transaction of the caller's.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "executor/outbox/store.hpp"
#include "executor/outbox/store_pulses.hpp"

namespace gantry::outbox {

struct load_limits {
  std::size_t pulse_bytes_max = 0;
  std::size_t rows_max = 0;
  std::int64_t now = 0;
};

class lane_loader {
 public:
  lane_loader(pulse_table& in, load_limits limits) : table_(in), limits_(limits) {}

  // What carry_out() makes true, with neighbours combined.
  void plan(const load_request& wanted);
  // Rows as they are, but for those to skip: where nothing can be written.
  void plan_as_is(const load_request& wanted, const std::function<bool(row_id)>& skipped);

  [[nodiscard]] bool changes() const { return !changes_.empty() || seals_; }
  void carry_out();
  [[nodiscard]] loaded take() { return std::move(out_); }

 private:
  // The last record of `out_`, as it was read.
  struct change {
    std::size_t at = 0;    // in out_.records
    row_id joined_to = 0;  // the last row that went into it; 0: none did
  };

  template <typename Take>
  void read_rows(const load_request& wanted, const Take& take);
  bool expire(record& each) const;
  [[nodiscard]] bool joins(const record& last, const record& next) const;
  void join(record next);
  change& change_of_last();

  pulse_table& table_;
  load_limits limits_;
  loaded out_;
  std::int64_t lane_ = 0;
  row_id sealed_ = 0;
  bool seals_ = false;
  std::vector<change> changes_;
  usage taken_;  // the rows as they were
  std::uint64_t expired_ = 0;
};

}  // namespace gantry::outbox
