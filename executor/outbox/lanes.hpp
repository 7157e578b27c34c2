// Which of the pulses that wait goes next, and which are held in memory: the rest is on disk only.
//
// Each target has a lane: its pulses stay in order, whatever their emitters, so that a `finish`
// comes behind the last line. Lanes take turns: a long backlog of one never holds up another.
//
// A record is either *sealed* and in memory, on its way, or unsealed and on disk only; then the
// store may still combine it with its neighbours before it gives it back. In memory is always the
// front of a lane.
//
// Decides, no I/O: the outbox loads and writes what this asks for.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "executor/outbox/record.hpp"
#include "executor/outbox/store.hpp"
#include "myko/session/moment.hpp"

namespace gantry::outbox {

struct lanes_config {
  std::size_t memory_bytes_max = 8U << 20U;  // of records in memory; above it none are added
  std::size_t load_bytes = 256U << 10U;      // of one target, at one loading
  std::size_t load_targets_max = 16;         // at one loading
};

class lanes {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  // Pulses per second of an emitter. Only what comes from disk is held to it: what comes straight
  // from a container was already.
  using rate_source = std::function<double(const model::emitter_id&)>;

  lanes(lanes_config config, rate_source rate) : config_(config), rate_(std::move(rate)) {}

  // Does a core take pulses? While none does, nothing new is held in memory.
  void set_open(bool open) { open_ = open; }
  [[nodiscard]] bool is_open() const { return open_; }

  // The target has records on disk, from an earlier life.
  void found(const model::target_id& target) { lanes_[target].more = true; }

  // Just before it is written: seals it if it is to be kept in memory from then on.
  void admit(record& next);
  // It was written. To be called for each, in order.
  void written(record each);

  // What to load now; to be followed by loaded(). Nothing while a loading is under way.
  [[nodiscard]] std::vector<load_request> wanted();
  void loaded(std::vector<outbox::loaded> what);

  // The next to send, in flight from now on. Valid until the next call of any function.
  [[nodiscard]] const record* next(const myko::moment& now);
  // When next() may have one, if all that is in memory has to wait for its rate. From wake() on,
  // called then, it is not waited for any more: next() has it, for whoever may take it.
  [[nodiscard]] std::optional<time_point> next_due() const;
  void wake(time_point now);
  // The one that next() gave last is too large for the server: a notice goes in its place, now and
  // whenever it goes again. Valid as that of next().
  [[nodiscard]] const record& replace_last();
  // The `count` oldest in flight have arrived.
  void acknowledged(std::size_t count);
  // Those in flight have to go again.
  void rewind();

  // The ids that have arrived since the last call: to be deleted from the disk.
  [[nodiscard]] std::vector<row_id> take_acknowledged() { return std::exchange(arrived_, {}); }
  [[nodiscard]] std::size_t acknowledged_waiting() const { return arrived_.size(); }

  // The target is deleted, and all that waits of it.
  void drop(const model::target_id& target);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct entry {
    record what;
    bool from_disk = false;
  };
  struct lane {
    std::deque<entry> entries;  // the first `in_flight` of them are in flight
    std::size_t in_flight = 0;
    std::size_t waiting_bytes = 0;  // of those that are not
    row_id last = 0;                // the newest that was ever in memory
    bool more = false;              // behind it, on disk
    bool loading = false;
    bool scheduled = false;  // stands in ready_ or resting_
    bool dropped = false;    // to be erased when nothing is in flight
    std::optional<double> rate;
    double tokens = 1;
    time_point refilled;
  };

  void become_notice(record& which, const char* reason);
  void schedule(lane& which);
  void add(lane& which, entry next);
  [[nodiscard]] bool may_go(lane& which, time_point now);
  [[nodiscard]] static bool has_waiting(const lane& which) {
    return which.in_flight < which.entries.size();
  }
  [[nodiscard]] bool is_hungry(const lane& which) const;
  void forget_if_done(const model::target_id& target);

  lanes_config config_;
  rate_source rate_;
  bool open_ = false;
  bool loading_ = false;
  std::size_t bytes_ = 0;
  std::map<model::target_id, lane> lanes_;
  std::deque<lane*> ready_;                   // have something that waits, in turn
  std::multimap<time_point, lane*> resting_;  // the same, but their rate makes them wait
  std::deque<model::target_id> flights_;      // the target of each in flight, oldest first
  std::vector<row_id> arrived_;
  model::target_id last_loaded_;  // loading takes turns, too
};

}  // namespace gantry::outbox
