// The store's contract in plain maps: what a write or a loading changes, at once and for good.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "executor/outbox/store.hpp"

namespace gantry::outbox::simulation {

struct disk_limits {
  std::uint64_t bytes_max = 1U << 30U;
  std::size_t pulse_bytes_max = 64U << 10U;
};

class model_disk {
 public:
  void set_limits(const disk_limits& limits) { limits_ = limits; }

  void write(const batch& what, std::int64_t now);
  [[nodiscard]] std::vector<loaded> load(const std::vector<load_request>& wanted, std::int64_t now);
  [[nodiscard]] snapshot open() const;

  [[nodiscard]] const std::map<row_id, record>& rows() const { return rows_; }
  [[nodiscard]] std::uint64_t joins() const { return joins_; }  // records that went into another

 private:
  using row = std::map<row_id, record>::iterator;

  [[nodiscard]] bool is_sealed(const record& each) const;
  [[nodiscard]] loaded give(const load_request& wanted, std::int64_t now);
  [[nodiscard]] bool may_join(const record& last, const record& next) const;
  void drop(const model::target_id& target);
  void expire(std::int64_t now);
  void keep_below_limit();
  row make_notice(row of, const char* reason);
  void take_in_before(row notice);

  disk_limits limits_;
  std::map<row_id, record> rows_;
  std::map<model::target_id, row_id> seals_;
  std::map<std::string, std::uint64_t> seqs_;
  std::map<std::string, saved_container> containers_;
  row_id last_id_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t joins_ = 0;
};

}  // namespace gantry::outbox::simulation
