// How a database comes and goes: opened, found damaged, begun anew, replaced by memory.
#include <algorithm>

#include "executor/outbox/store_file.hpp"
#include "executor/outbox/store_impl.hpp"

namespace gantry::outbox {
namespace {

// "12 pulses (34 lines)"
std::string words(const usage& waiting) {
  return std::to_string(waiting.records) + " pulses (" + std::to_string(waiting.lines) + " lines)";
}

bool is_new(const snapshot& found) {
  return found.last_id == 0 && found.facts.empty() && found.seqs.empty() &&
         found.containers.empty() && found.targets.empty() && found.entities.empty();
}

std::uint64_t less(std::uint64_t all, std::uint64_t some) { return all - std::min(all, some); }

}  // namespace

// What is found there is joined only at the start. Later it would belong to another life, with
// numbers that were used again in this one: it is set aside.
bool store::impl::open_disk(snapshot& found) {
  for (int tries = 0; tries < 2; ++tries) {
    disk_ = std::make_unique<shelf>(config_.bytes_max, config_.free_bytes);
    found = {};
    opened done = open_file(*disk_, config_.file, config_.durability, found);
    if (done.what == failure::none && began_ && !is_new(found)) {
      done = {failure::damage,
              "it could not be used when this gantry began, which then began anew"};
    }
    if (done.what == failure::none) {
      began_ = true;
      trouble_.clear();
      return true;
    }
    const usage lost = disk_->pulses().known().waiting;
    disk_->database().abandon();
    disk_.reset();
    trouble_ = done.why;
    if (done.what == failure::trouble) return false;
    const std::string moved = set_aside(config_.file);
    if (moved.empty()) {
      trouble_ = config_.file + " cannot be used (" + done.why + ") nor moved aside";
      return false;
    }
    notice_ = "the database was moved to " + moved + ", since " + done.why +
              ". A new one was begun: what is in the old one is not told (" +
              (lost.records > 0 ? words(lost) : "an unknown number of pulses") +
              "), nor is it known which lines of the containers' logs were";
  }
  return false;
}

// After a failure of disk_: true if it was damaged and there is a new one now. Else trouble_ says
// what is the matter.
bool store::impl::renewed_after_failure() {
  if (!disk_) return false;
  database& in = disk_->database();
  if (failure_of(in) == failure::damage) return begin_anew("it is damaged: " + in.words());
  if (!in.ok()) trouble_ = in_words(in, config_.file);
  in.forgive();
  return false;
}

bool store::impl::begin_anew(const std::string& why) {
  const tally last = disk_->pulses().known();
  const bool moved = disk_->database().has_moved();
  const bool in_file = !config_.file.empty();
  disk_->database().abandon();
  close_disk();
  ++renewed_;
  std::string to;
  if (in_file && !moved) to = set_aside(config_.file);
  if (spill_) spill_->forget_disk();
  if (in_file && !moved && to.empty()) {
    trouble_ = config_.file + " cannot be used (" + why + ") nor moved aside";
    notice_ = trouble_;
    return false;
  }
  snapshot found;
  const bool works = open_disk(found);
  notice_ = "the database " + config_.file + " was begun anew, since " + why + ": " +
            words(last.waiting) + " that waited in it are not told" +
            (to.empty() ? "" : ". The old one is now " + to);
  if (works) disk_->pulses().raise_last_id(last.last_id);
  return works;
}

void store::impl::close_disk() {
  closed_.dropped_full += disk_->pulses().known().dropped_full;
  closed_.dropped_expired += disk_->pulses().known().dropped_expired;
  disk_.reset();
}

void store::impl::start_spill() {
  if (spill_) return;
  began_ = true;
  spill_ = std::make_unique<spill>(config_.spill_bytes_max);
}

void store::impl::end_spill() {
  closed_.dropped_full += spill_->memory().pulses().known().dropped_full;
  closed_.dropped_expired += spill_->memory().pulses().known().dropped_expired;
  spill_.reset();
  trouble_.clear();
}

void store::impl::add_up() {
  usage waiting;
  totals_ = {};
  totals_.dropped_full = closed_.dropped_full;
  totals_.dropped_expired = closed_.dropped_expired;
  const auto add = [&](shelf& each) {
    const tally& known = each.pulses().known();
    waiting.add(known.waiting);
    totals_.dropped_full += known.dropped_full;
    totals_.dropped_expired += known.dropped_expired;
    std::ranges::move(each.pulses().take_lost_of(), std::back_inserter(totals_.lost_of));
  };
  if (disk_) add(*disk_);
  totals_.dropping = !spill_ && disk_ && disk_->pulses().known().dropping;
  if (spill_) add(spill_->memory());
  const usage hidden = spill_ ? spill_->hidden() : usage{};
  totals_.records = less(waiting.records, hidden.records);
  totals_.lines = less(waiting.lines, hidden.lines);
  totals_.bytes = less(waiting.bytes, hidden.bytes);
  if (totals_.records > 0) {
    totals_.oldest = spill_ ? spill_->oldest(disk_.get()) : disk_->pulses().oldest();
  }
  // Only to be looked at: its failure is told where it matters.
  if (disk_) disk_->database().forgive();
  totals_.trouble = trouble_;
  totals_.renewed = renewed_;
  totals_.notice = notice_;
}

}  // namespace gantry::outbox
