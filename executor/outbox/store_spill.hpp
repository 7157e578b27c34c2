// What is written while the disk takes nothing: a second database, in memory, with what is new,
// and here what is to be deleted from the first. When the disk works again all of it goes there:
// first the records, in pieces, since a disk may have little room, and with the last of them the
// cursors behind them. A mark says where an unfinished move began: after a crash what was moved is
// taken back, and read again from the logs.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "executor/outbox/store_id_ranges.hpp"
#include "executor/outbox/store_shelf.hpp"

namespace gantry::outbox {

class spill {
 public:
  explicit spill(std::uint64_t bytes_max);

  [[nodiscard]] shelf& memory() { return memory_; }
  // `disk`: as it was before; may be read, but not written. Null: there is none.
  void add(const batch& what, shelf* disk, std::int64_t now);
  // Given from the disk, which could not be told.
  void seal(const model::target_id& target, row_id through);
  // Acknowledged, or of a dropped target, but still on the disk.
  [[nodiscard]] bool hides(row_id id) const { return hidden_ids_.contains(id); }
  [[nodiscard]] const usage& hidden() const { return hidden_; }
  [[nodiscard]] std::int64_t oldest(shelf* disk);
  // The disk's database was left in the middle of a move.
  void take_back(row_id first, shelf& disk);
  // False: the disk does not work yet, or has no room: some of it may be there, the rest is here.
  [[nodiscard]] bool move_to(shelf& disk, std::int64_t now);
  // The disk's database is another one now, a new one.
  void forget_disk();

 private:
  void hide(row_id id, shelf& disk);
  [[nodiscard]] bool delete_hidden(shelf& disk);
  [[nodiscard]] bool move_pieces(shelf& disk, std::int64_t now);
  [[nodiscard]] bool move_rest(shelf& disk, std::int64_t now);

  shelf memory_;
  id_ranges hidden_ids_;
  usage hidden_;
  std::map<model::target_id, row_id> seals_;
  // What is on the disk and to be deleted there: no more than is there.
  std::set<std::string> containers_gone_;
  std::set<std::string> targets_gone_;
  std::set<std::pair<std::string, std::string>> entities_gone_;
  std::set<model::target_id> dropped_targets_;
};

}  // namespace gantry::outbox
