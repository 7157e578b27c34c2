// All tables of one database, in a file or in memory, and its transactions: all or nothing.
#pragma once

#include <cstdint>
#include <functional>

#include "executor/outbox/batch.hpp"
#include "executor/outbox/database.hpp"
#include "executor/outbox/store.hpp"
#include "executor/outbox/store_pulses.hpp"

namespace gantry::outbox {

class shelf {
 public:
  explicit shelf(std::uint64_t bytes_max) : bytes_max_(bytes_max), pulses_(database_) {}

  [[nodiscard]] outbox::database& database() { return database_; }
  [[nodiscard]] pulse_table& pulses() { return pulses_; }
  [[nodiscard]] bool ok() const { return database_.ok(); }

  void open_memory();
  // Fills what is known and `out`, but for what is the store's. Failure sticks to the database.
  void read(snapshot& out);

  // One transaction: `work`, then what keeps the limits. False: nothing was changed.
  [[nodiscard]] bool write(const std::function<void()>& work, std::int64_t now);
  [[nodiscard]] bool write(const batch& what, std::int64_t now);
  // The same without keeping the limits.
  [[nodiscard]] bool change(const std::function<void()>& work);

 private:
  void store_last_id();
  void shrink();

  outbox::database database_;
  std::uint64_t bytes_max_;
  pulse_table pulses_;
  row_id stored_last_id_ = 0;
  std::int64_t expired_at_ = 0;  // when it was last looked for
};

// Everything of one into another, which is in a transaction.
void copy(shelf& from, shelf& to);

}  // namespace gantry::outbox
