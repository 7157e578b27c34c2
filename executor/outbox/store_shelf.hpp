// All tables of one database, in a file or in memory, and its transactions: all or nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>

#include "executor/outbox/batch.hpp"
#include "executor/outbox/database.hpp"
#include "executor/outbox/store.hpp"
#include "executor/outbox/store_pulses.hpp"
#include "executor/outbox/store_room.hpp"

namespace gantry::outbox {

class shelf {
 public:
  // `free_bytes`: of the disk; none where there is no limit, as in memory.
  explicit shelf(std::uint64_t bytes_max, std::function<std::uint64_t()> free_bytes = {})
      : bytes_max_(bytes_max), free_bytes_(std::move(free_bytes)), pulses_(database_) {}

  [[nodiscard]] outbox::database& database() { return database_; }
  [[nodiscard]] pulse_table& pulses() { return pulses_; }
  [[nodiscard]] bool ok() const { return database_.ok(); }

  void open_memory();
  // Fills what is known and `out`, but for what is the store's. Failure sticks to the database.
  void read(snapshot& out);

  // Before something is written of which `fits` has to be true. Takes the log over if it is not, or
  // if the log is large.
  [[nodiscard]] room look_for_room(const std::function<bool(const room&)>& fits);
  // Makes the file smaller, if much of it is free.
  void give_back();

  // One transaction: `work`, then what keeps the limits. False: nothing was changed.
  [[nodiscard]] bool write(const std::function<void()>& work, std::int64_t now);
  [[nodiscard]] bool write(const batch& what, std::int64_t now);
  // The same without keeping the limits.
  [[nodiscard]] bool change(const std::function<void()>& work);

 private:
  void store_last_id();
  void shrink();
  [[nodiscard]] room measure();

  outbox::database database_;
  std::uint64_t bytes_max_;
  std::function<std::uint64_t()> free_bytes_;
  room room_;  // as it was when it was looked for last
  pulse_table pulses_;
  row_id stored_last_id_ = 0;
  std::int64_t expired_at_ = 0;  // when it was last looked for
};

// Until all of an unfinished move is there: see store_spill.hpp.
void begin_move(database& in, row_id first);
void end_move(database& in);
// Where it began; 0: there is none.
[[nodiscard]] row_id unfinished_move(database& in);

// Everything of one into another, which is in a transaction.
void copy(shelf& from, shelf& to);

}  // namespace gantry::outbox
