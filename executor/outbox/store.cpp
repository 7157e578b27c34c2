#include "executor/outbox/store.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "executor/outbox/store_impl.hpp"

namespace gantry::outbox {
namespace {

constexpr std::int64_t retry_milliseconds = 1'000;

// Of one load(); lanes that get fewer rows than there are get the rest in the next one.
constexpr std::size_t load_rows_max = 8'192;
constexpr std::size_t load_rows_min = 64;

std::uint64_t free_bytes_beside(const std::string& file) {
  const std::filesystem::path path(file);
  std::error_code error;
  const auto space =
      std::filesystem::space(path.has_parent_path() ? path.parent_path() : ".", error);
  return error ? room::endless : space.available;  // then writing itself tells
}

}  // namespace

store::impl::impl(store_config config) : config_(std::move(config)) {
  if (config_.free_bytes) return;
  config_.free_bytes = [file = config_.file] { return free_bytes_beside(file); };
}

std::int64_t store::impl::now() const { return config_.now ? config_.now() : 0; }

snapshot store::impl::open() {
  snapshot out;
  tried_at_ = now();
  if (config_.file.empty()) {
    disk_ = std::make_unique<shelf>(config_.bytes_max);
    disk_->open_memory();
    disk_->read(out);
  } else if (!open_disk(out)) {
    start_spill();
  } else if (const row_id first = unfinished_move(disk_->database()); first != 0) {
    start_spill();
    spill_->take_back(first, *disk_);
    try_again();  // the next write finishes it
  }
  out.notice = std::exchange(notice_, {});
  add_up();
  out.totals = totals_;
  return out;
}

void store::impl::try_again() { tried_at_ = now() - retry_milliseconds; }

totals store::impl::write(const batch& what) {
  const std::int64_t time = now();
  if (time < tried_at_ || time - tried_at_ >= retry_milliseconds) {
    tried_at_ = time;
    if (spill_) {
      recover(time);
    } else if (disk_->database().has_moved()) {
      begin_anew("it was removed, or replaced by another");
    }
  }
  if (spill_ || !write_disk(what, time)) {
    const bool large = !spill_ && disk_ && disk_->ok() && trouble_.empty();
    start_spill();
    spill_->add(what, disk_.get(), time);
    if (large) recover(time);
  }
  add_up();
  return totals_;
}

// What fails because of damage is done once more, on the new database.
// A batch for which there is no room at once has no trouble yet: it may go there in pieces.
bool store::impl::write_disk(const batch& what, std::int64_t time) {
  std::uint64_t bytes = 0;
  for (const record& each : what.records) bytes += cost(each);
  const auto fits = [&](const room& there) { return there.fits(bytes); };
  for (int tries = 0; tries < 2; ++tries) {
    if (disk_ && !fits(disk_->look_for_room(fits)) && disk_->ok()) return false;
    if (disk_ && disk_->write(what, time)) return true;
    if (!renewed_after_failure()) return false;
  }
  return false;
}

void store::impl::recover(std::int64_t time) {
  snapshot found;
  if (!disk_ && !open_disk(found)) return;
  for (int tries = 0; tries < 2; ++tries) {
    if (spill_->move_to(*disk_, time)) {
      end_spill();
      return;
    }
    if (disk_->ok()) trouble_ = no_room();
    if (!renewed_after_failure()) return;
  }
}

std::vector<loaded> store::impl::load(const std::vector<load_request>& wanted) {
  std::vector<loaded> out;
  bool done = false;
  for (int tries = 0; !done && !spill_ && tries < 2; ++tries) {
    done = load_shelf(*disk_, wanted, out);
    if (!done && !renewed_after_failure()) start_spill();
  }
  if (!done) {
    start_spill();
    out = load_spilling(wanted);
  }
  add_up();
  return out;
}

std::string store::impl::no_room() const {
  return "the disk is full: " + config_.file + ": " + std::to_string(config_.free_bytes() >> 10U) +
         " KiB are free, and gantry needs more to go on there";
}

bool store::impl::load_shelf(shelf& from, const std::vector<load_request>& wanted,
                             std::vector<loaded>& out) {
  // What is combined and sealed is written.
  const auto large = [](const room& there) { return there.owed == 0 || there.fits(8U << 20U); };
  const std::uint64_t bytes_max =
      from.look_for_room(large).change_max() / std::max<std::size_t>(wanted.size(), 1);
  const std::size_t rows = load_rows_max / std::max<std::size_t>(wanted.size(), 1);
  const load_limits limits{config_.pulse_bytes_max, std::max(rows, load_rows_min), now()};
  std::vector<lane_loader> lanes;
  lanes.reserve(wanted.size());
  for (load_request each : wanted) {
    each.bytes_max = std::min<std::uint64_t>(each.bytes_max, bytes_max);
    lanes.emplace_back(from.pulses(), limits).plan(each);
  }
  const auto changes = [](const lane_loader& each) { return each.changes(); };
  const auto carry_out = [&] {
    for (lane_loader& each : lanes) {
      if (each.changes()) each.carry_out();
    }
  };
  // What was sealed before needs no transaction.
  if (from.ok() && std::any_of(lanes.begin(), lanes.end(), changes)) {
    static_cast<void>(from.change(carry_out));
  }
  if (!from.ok()) return false;
  for (lane_loader& each : lanes) out.push_back(each.take());
  return true;
}

// First what is on disk, as it is, since nothing can be changed there; then what is in memory. What
// the disk fails to read waits there for better times, and does not hold up the rest.
std::vector<loaded> store::impl::load_spilling(const std::vector<load_request>& wanted) {
  std::vector<loaded> out;
  const auto hidden = [&](row_id id) { return spill_->hides(id); };
  for (const load_request& each : wanted) {
    if (disk_) {
      const load_limits limits{config_.pulse_bytes_max, load_rows_min, now()};
      lane_loader lane(disk_->pulses(), limits);
      lane.plan_as_is(each, hidden);
      if (!disk_->ok()) static_cast<void>(renewed_after_failure());
      loaded given = lane.take();
      if (!given.records.empty()) {
        spill_->seal(each.target, given.records.back().id);
        given.more = given.more || spill_->memory().pulses().has(each.target);
        out.push_back(std::move(given));
        continue;
      }
    }
    if (!load_shelf(spill_->memory(), {each}, out)) {
      spill_->memory().database().forgive();
      out.push_back({each.target, {}, false});
    }
  }
  return out;
}

store::store(store_config config) : impl_(std::make_unique<impl>(std::move(config))) {}
store::~store() = default;
snapshot store::open() { return impl_->open(); }
totals store::write(const batch& what) { return impl_->write(what); }
void store::try_again() { impl_->try_again(); }
std::vector<loaded> store::load(const std::vector<load_request>& wanted) {
  return impl_->load(wanted);
}
totals store::count() const { return impl_->count(); }

}  // namespace gantry::outbox
