// How much room the disk has, and what follows from it. Decides only; the shelf measures.
//
// What is written goes to the write-ahead log first, and from there into the database's file, which
// may grow by as much. A log that fills the disk could be taken over no more, and not even what
// would make room could be written. So some room is always left, beside what the log owes.
#pragma once

#include <algorithm>
#include <cstdint>

#include "executor/outbox/schema.hpp"

namespace gantry::outbox {

struct room {
  static constexpr std::uint64_t kept_free = 1U << 20U;
  // More cannot be told of a disk without limits.
  static constexpr std::uint64_t endless = std::uint64_t{1} << 62U;

  std::uint64_t free = endless;  // of the disk
  std::uint64_t owed = 0;        // the file will grow by it when the log is taken over
  std::uint64_t reusable = 0;    // pages of the file that hold nothing
  std::uint64_t log = 0;         // how large its file is, whatever it holds

  // Records of so many bytes, whose pages may take twice that?
  [[nodiscard]] bool fits(std::uint64_t bytes) const {
    const std::uint64_t pages = 2 * bytes;
    return free >= owed + kept_free / 2 + (pages > reusable ? pages - reusable : 0);
  }
  // Something that adds nothing, and may fail.
  [[nodiscard]] bool may_try() const { return owed == 0 || fits(0); }
  // The limit of what waits, where so much does.
  [[nodiscard]] std::uint64_t bytes_max(std::uint64_t configured, std::uint64_t waiting) const {
    return std::min(configured, waiting + above(free + reusable, owed + kept_free) / 2);
  }
  // What one transaction may change.
  [[nodiscard]] std::uint64_t change_max() const { return above(free, owed) / 4; }
  // How many rows one transaction may delete, or free pages give back: each writes some pages, of
  // the table, of its indexes, of the list of free pages.
  [[nodiscard]] std::uint64_t steps_max(std::uint64_t most) const {
    return std::min(most, change_max() / (4 * page_bytes));
  }
  // The log itself may be what fills the disk: after a large transaction, or since others took
  // room.
  [[nodiscard]] bool log_is_large() const { return log > 2 * log_bytes_max(); }
  // The log is taken over when it has grown by so much.
  [[nodiscard]] std::uint64_t log_bytes_max() const {
    return std::clamp<std::uint64_t>(above(free, owed + kept_free / 2) / 3, 64U << 10U, 8U << 20U);
  }

 private:
  [[nodiscard]] static std::uint64_t above(std::uint64_t all, std::uint64_t some) {
    return all - std::min(all, some);
  }
};

}  // namespace gantry::outbox
