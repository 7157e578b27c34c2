// All that is written to the database at once: either all of it is there after a crash, or nothing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "executor/outbox/record.hpp"
#include "model/json_types.hpp"

namespace gantry::outbox {

// Where the telling of one container stands. Both texts are JSON of their owners' making.
struct saved_container {
  std::string id;
  std::string path;    // of the target that it belongs to
  std::string cursor;  // the place in its log behind the last line that was committed; or empty
  std::string runs;    // which of its runs were told, and what is known of the others

  bool operator==(const saved_container&) const = default;
};

// A target that was ever published and is not forgotten.
struct saved_target {
  std::string path;
  std::string name;
  std::string group;
  std::int64_t gone_since = 0;  // ms since 1970; 0: it is there

  bool operator==(const saved_target&) const = default;
};

// What a core was told: the whole item, so that it can be taken back in full. Deleted ones are kept
// for a while, too: the core may have been away.
struct saved_entity {
  std::string type;  // "Target", "TargetStatus", ...
  std::string id;
  std::string hash;
  json::text item;
  std::int64_t gone_since = 0;  // ms since 1970; 0: it is among what is published now
  bool deleted = false;         // and so it was told, or is to be

  bool operator==(const saved_entity&) const = default;
};

// What is gone is taken away first: an id, path or target that is also among the new is there
// afterwards.
struct batch {
  std::vector<record> records;                // with ids above all earlier ones, ascending
  std::map<std::string, std::uint64_t> seqs;  // by emitter: the number of the next line
  std::vector<row_id> acknowledged;           // read by a server: to be deleted
  std::vector<saved_container> containers;    // new or changed
  std::vector<std::string> containers_gone;   // ids
  std::vector<saved_target> targets;          // new or changed
  std::vector<std::string> targets_gone;      // paths
  std::vector<saved_entity> entities;         // new or changed
  std::vector<std::pair<std::string, std::string>> entities_gone;  // type and id
  // Targets that are deleted from the core: what waits of their pulses is deleted without a
  // notice, and their emitters' numbers with it. Full target ids.
  std::vector<model::target_id> dropped_targets;
  // By name: identity and other single values. An empty one takes the fact away.
  std::map<std::string, std::string> facts;

  [[nodiscard]] bool empty() const {
    return records.empty() && seqs.empty() && acknowledged.empty() && containers.empty() &&
           containers_gone.empty() && targets.empty() && targets_gone.empty() && entities.empty() &&
           entities_gone.empty() && dropped_targets.empty() && facts.empty();
  }
};

}  // namespace gantry::outbox
