// What was collected while the disk does not answer: one batch, for when it does.
//
// A record of it may be on its way to a core already. One that has arrived there by then need not
// be written at all.
//
// Decides, no I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "executor/outbox/batch.hpp"

namespace gantry::outbox {

class unwritten {
 public:
  // Behind what is there. What the one takes away of the other's is not there any more.
  void add(batch next);
  // These have arrived: those that are here are taken out, the others are to be deleted with it.
  void acknowledged(std::vector<row_id> ids);
  // All of it; nothing is left.
  [[nodiscard]] batch take();

  [[nodiscard]] bool empty() const { return all_.empty(); }
  [[nodiscard]] const batch& all() const { return all_; }
  // Of its records.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  void merge_into_all(batch next);
  void drop(const model::target_id& target);
  void add_states(batch& next);

  batch all_;
  // Without its body, the last that was taken out: no id is ever used again, so it is told.
  std::optional<record> last_gone_;
  std::uint64_t bytes_ = 0;
};

}  // namespace gantry::outbox
