// What the core is told is written first, or a crash could leave it there for ever: publishes a
// catalogue when the outbox has what the next life must know of it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "executor/fleet/core_memory.hpp"
#include "executor/fleet/core_port.hpp"
#include "executor/outbox/intake.hpp"

namespace gantry::fleet {

struct publication_source {
  std::function<model::catalogue()> all;  // as it is now
  std::function<std::map<std::string, outbox::saved_target>()>
      targets;  // those to remember, by path
};

// Lifetime: what the outbox calls back later finds out by itself that this is gone.
// Thread rule: one thread.
class publisher {
 public:
  publisher(core_port& core, outbox::intake& outbox, std::vector<outbox::saved_entity> entities,
            const std::vector<outbox::saved_target>& targets, publication_source source);

  // With the next write, so that many changes in a row are published once, and nothing is saved of
  // a container without its target: whoever came back to that would not know where to tell it.
  void publish_soon();
  // As it is now, behind the next write; at once, if there is nothing to write.
  void publish();

  // See core_memory.
  bool delete_gone_before(std::int64_t time, std::int64_t now) {
    return memory_.delete_gone_before(time, now);
  }
  [[nodiscard]] std::size_t unreadable() const { return memory_.unreadable(); }
  // All containers have been listed: what says that it is gone, is.
  void know_who_is_gone() { knows_who_is_gone_ = true; }
  // The database is a new one: all that is remembered is written again.
  void save_all();

 private:
  struct publication {
    outbox::batch change;
    model::catalogue all;
  };

  void write_next();
  void note_targets(outbox::batch& change);
  static void append(outbox::batch& into, const outbox::batch& more);

  core_port& core_;
  outbox::intake& outbox_;
  core_memory memory_;
  publication_source source_;
  std::map<std::string, outbox::saved_target> remembered_;  // by path
  bool knows_who_is_gone_ = false;
  bool wanted_ = false;
  std::shared_ptr<publication> next_;  // its write has not begun
  int under_way_ = 0;                  // that are not written yet
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace gantry::fleet
