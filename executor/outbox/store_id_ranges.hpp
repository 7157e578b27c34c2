// A set of row ids, kept as ranges, since what is acknowledged is mostly consecutive.
#pragma once

#include <cstddef>
#include <map>
#include <vector>

#include "executor/outbox/record.hpp"

namespace gantry::outbox {

class id_ranges {
 public:
  // With more than `ranges_max` the lowest is forgotten.
  explicit id_ranges(std::size_t ranges_max) : ranges_max_(ranges_max) {}

  // False if it was in there.
  bool add(row_id id);
  [[nodiscard]] bool contains(row_id id) const { return end_of(id) != 0; }
  // One behind the last id of the range that it is in; 0: it is in none.
  [[nodiscard]] row_id end_of(row_id id) const;
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  void clear() { ranges_.clear(); }
  // The lowest, no more than so many.
  [[nodiscard]] std::vector<row_id> lowest(std::size_t ids_max) const;
  void remove_through(row_id id);

 private:
  std::size_t ranges_max_;
  std::map<row_id, row_id> ranges_;  // first -> one behind the last; never touching
};

}  // namespace gantry::outbox
