#include "executor/outbox/store_spill.hpp"

#include <algorithm>
#include <vector>

#include "executor/outbox/store_state.hpp"

namespace gantry::outbox {
namespace {

// Some MiB. What is forgotten beyond it may be given, and sent, once more.
constexpr std::size_t hidden_ranges_max = 65'536;

// Looked through for the oldest that is not hidden.
constexpr int oldest_tries = 100;

// Of what is moved, or deleted, in one transaction.
constexpr std::uint64_t piece_bytes = 128U << 10U;
constexpr std::size_t piece_rows = 256;
// Pieces that are deleted at once: those of a disk with little room are small.
constexpr int pieces_once = 256;

void copy_records(shelf& from, const std::vector<record>& some, shelf& to) {
  for (const record& each : some) to.pulses().append(each);
  from.pulses().each_seal(
      [&](const model::target_id& target, row_id through) { to.pulses().seal(target, through); });
}

}  // namespace

spill::spill(std::uint64_t bytes_max) : memory_(bytes_max), hidden_ids_(hidden_ranges_max) {
  memory_.open_memory();
}

void spill::add(const batch& what, shelf* disk, std::int64_t now) {
  if (disk != nullptr) {
    database& in = disk->database();
    for (const row_id id : what.acknowledged) hide(id, *disk);
    for (const auto& target : what.dropped_targets) {
      dropped_targets_.insert(target);
      for (const row_id id : disk->pulses().ids_of(target)) hide(id, *disk);
    }
    // Where the disk cannot even be read, it may be there.
    for (const auto& id : what.containers_gone) {
      if (has_container(in, id) || !in.ok()) containers_gone_.insert(id);
    }
    for (const auto& path : what.targets_gone) {
      if (has_target(in, path) || !in.ok()) targets_gone_.insert(path);
    }
    for (const auto& each : what.entities_gone) {
      if (has_entity(in, each.first, each.second) || !in.ok()) entities_gone_.insert(each);
    }
    in.forgive();
  }
  if (!memory_.write(what, now)) memory_.database().forgive();
}

void spill::seal(const model::target_id& target, row_id through) {
  row_id& sealed = seals_[target];
  sealed = std::max(sealed, through);
}

std::int64_t spill::oldest(shelf* disk) {
  row_id from = 0;
  for (int tries = 0; disk != nullptr && tries < oldest_tries; ++tries) {
    query each(disk->database(),
               "SELECT id, timestamp FROM pulse WHERE id >= ? ORDER BY id LIMIT 1", from);
    if (!each.step()) break;
    from = hidden_ids_.end_of(each.integer(0));
    if (from == 0) return each.integer(1);
  }
  return memory_.pulses().oldest();
}

void spill::take_back(row_id first, shelf& disk) {
  for (const row_id id : disk.pulses().ids_from(first)) hide(id, disk);
}

bool spill::move_to(shelf& disk, std::int64_t now) {
  return delete_hidden(disk) && move_pieces(disk, now) && move_rest(disk, now);
}

// First by itself what makes room: a full disk may take this, and then the rest.
bool spill::delete_hidden(shelf& disk) {
  const auto may_try = [](const room& there) { return there.may_try(); };
  for (int pieces = 0; !hidden_ids_.empty() || !seals_.empty(); ++pieces) {
    if (pieces == pieces_once) return false;  // others wait for the disk's thread
    const room there = disk.look_for_room(may_try);
    if (!may_try(there)) return false;
    const std::vector<row_id> some =
        hidden_ids_.lowest(std::max<std::size_t>(there.steps_max(piece_rows), 1));
    usage gone = disk.pulses().known().waiting;
    const bool done = disk.change([&] {
      for (const auto& [target, through] : seals_) disk.pulses().seal(target, through);
      for (const row_id id : some) disk.pulses().erase(id);
    });
    if (!done) return false;
    gone.remove(disk.pulses().known().waiting);
    hidden_.remove(gone);
    seals_.clear();
    if (!some.empty()) hidden_ids_.remove_through(some.back());
    if (some.size() < piece_rows) disk.give_back();
  }
  return true;
}

// All but the last one.
bool spill::move_pieces(shelf& disk, std::int64_t now) {
  const bool cleared = memory_.change([&] {
    while (memory_.pulses().delete_dropped(piece_rows)) {
    }
  });
  if (!cleared) {
    memory_.database().forgive();
    return false;
  }
  while (memory_.pulses().known().waiting.bytes > piece_bytes) {
    const auto fits = [](const room& there) { return there.fits(piece_bytes); };
    if (!fits(disk.look_for_room(fits))) {
      if (disk.ok()) disk.give_back();
      return false;
    }
    const std::vector<record> some = memory_.pulses().first_records(piece_bytes, piece_rows);
    const bool done = !some.empty() && disk.write(
                                           [&] {
                                             begin_move(disk.database(), some.front().id);
                                             for (const auto& target : dropped_targets_) {
                                               disk.pulses().drop_target(target);
                                             }
                                             copy_records(memory_, some, disk);
                                           },
                                           now);
    if (!done) return false;
    dropped_targets_.clear();
    const bool erased = memory_.change([&] {
      for (const record& each : some) memory_.pulses().erase(each.id);
    });
    if (!erased) {
      memory_.database().forgive();
      return false;  // moved once more it is ignored
    }
  }
  return true;
}

bool spill::move_rest(shelf& disk, std::int64_t now) {
  const std::uint64_t bytes = memory_.pulses().known().waiting.bytes;
  const auto fits = [&](const room& there) { return there.fits(bytes); };
  if (!fits(disk.look_for_room(fits))) {
    if (disk.ok()) disk.give_back();
    return false;
  }
  batch gone;
  gone.containers_gone.assign(containers_gone_.begin(), containers_gone_.end());
  gone.targets_gone.assign(targets_gone_.begin(), targets_gone_.end());
  gone.entities_gone.assign(entities_gone_.begin(), entities_gone_.end());
  return disk.write(
      [&] {
        for (const auto& target : dropped_targets_) disk.pulses().drop_target(target);
        write_state(disk.database(), gone);
        copy(memory_, disk);
        end_move(disk.database());
      },
      now);
}

void spill::forget_disk() {
  hidden_ids_.clear();
  hidden_ = {};
  seals_.clear();
  containers_gone_.clear();
  targets_gone_.clear();
  entities_gone_.clear();
  dropped_targets_.clear();
}

void spill::hide(row_id id, shelf& disk) {
  const usage its = disk.pulses().of(id);
  if (its.records > 0 && hidden_ids_.add(id)) hidden_.add(its);
}

}  // namespace gantry::outbox
