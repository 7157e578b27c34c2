// What the core counts, for tests and for whoever looks at a running one.
#pragma once

#include <cstdint>

namespace gantry::myko {

struct core_counters {
  std::uint64_t frames_received = 0;
  std::uint64_t frames_sent = 0;
  std::uint64_t rejected = 0;          // frames, messages and items dropped, for any reason
  std::uint64_t frames_binary = 0;     // not taken: msgpack and CBOR are not spoken here
  std::uint64_t messages_unknown = 0;  // an `event` that this generation does not know
  std::uint64_t items_set = 0;
  std::uint64_t items_unchanged = 0;   // of these: the same hash (rust: row), no watcher was told
  std::uint64_t items_suppressed = 0;  // rust: equal to an earlier SET of the same window or batch
  std::uint64_t items_deleted = 0;
  std::uint64_t items_dropped = 0;  // unusable: no id, unknown type, or a field is missing
  std::uint64_t items_refused = 0;  // a limit was reached
  std::uint64_t commands_relayed = 0;
  std::uint64_t commands_performed = 0;  // rust: by the core itself
  std::uint64_t commands_refused = 0;    // answered with an error at once
  std::uint64_t commands_expired = 0;    // forgotten before an answer came
  std::uint64_t answers_relayed = 0;
  std::uint64_t answers_unmatched = 0;  // late, second, or for an unknown tx
  std::uint64_t queries_started = 0;
  std::uint64_t queries_refused = 0;
  std::uint64_t views_started = 0;
  std::uint64_t views_refused = 0;
  std::uint64_t pings_echoed = 0;
  std::uint64_t pings_dropped = 0;
  std::uint64_t benchmarks = 0;
};

}  // namespace gantry::myko
