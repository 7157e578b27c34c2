// A disk that fails when told to: stands between SQLite and the files of all databases that are
// opened after install().
#pragma once

#include <cstdint>

namespace gantry::outbox::failing_disk {

enum class mode {
  works,
  full,        // nothing can be written
  read_only,   // the same, in other words
  broken,      // the same, and the words of a broken one
  unreadable,  // neither read nor written
};

// Once or more often in a process.
void install();

// From now on; `writes_left` writes still work.
void set(mode now, int writes_left = 0);

// How much all files opened since install() may hold together; 0: any.
void set_capacity(std::uint64_t bytes);
[[nodiscard]] std::uint64_t free_bytes();

}  // namespace gantry::outbox::failing_disk
