// A disk that fails when told to: stands between SQLite and the files of all databases that are
// opened after install().
#pragma once

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

}  // namespace gantry::outbox::failing_disk
