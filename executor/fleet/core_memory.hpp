// What a core may still hold of us: all that this gantry and its earlier lives have published.
//
// What an earlier life has published and this one does not is deleted: an action or emitter that is
// switched off now, a slot's target, an alert that does not hold any more; with an emitter its last
// pulse. What belongs to another service id, or another instance of ours, is published offline, and
// deleted after a long time. What was deleted is deleted again at each connection, for a while.
//
// Decides, no I/O.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "executor/outbox/batch.hpp"
#include "model/catalogue.hpp"

namespace gantry::fleet {

class core_memory {
 public:
  // Deleted ones above this are not told again, the longest deleted first; but what this life does
  // not publish any more of what an earlier one did is told by it, however much that is.
  static constexpr std::size_t deleted_max = 2'000;

  // What is no JSON object could only break a message: it is left out, and forgotten with the first
  // complete().
  explicit core_memory(std::vector<outbox::saved_entity> earlier);
  // How many were left out, until then.
  [[nodiscard]] std::size_t unreadable() const { return unreadable_.size(); }

  // What changed in the memory, to be saved.
  struct change {
    std::vector<outbox::saved_entity> entities;
    std::vector<std::pair<std::string, std::string>> gone;  // type and id

    [[nodiscard]] bool empty() const { return entities.empty() && gone.empty(); }
  };

  // `all` is about to be published: gets its leftovers. To be called each time, with the time in ms
  // since 1970. What was there at the last call and is not now counts as deleted.
  [[nodiscard]] change complete(model::catalogue& all, std::int64_t now);

  // The next complete() gives all that is known to be saved.
  void save_all() { changed_ = known_; }

  // From the next complete() on, leftovers that are gone since before that time are deleted.
  // False if there are none.
  bool delete_gone_before(std::int64_t time, std::int64_t now);

 private:
  using key = std::pair<std::string, std::string>;

  void note_set(const model::entity& item, change& out);
  void note_all_that_is_missing(const model::catalogue& all, std::int64_t now, change& out);
  void forget_oldest(change& out);
  void add_leftovers(model::catalogue& all);
  [[nodiscard]] static model::leftover leftover_of(const outbox::saved_entity& each);

  std::vector<key> unreadable_;
  std::map<key, outbox::saved_entity> known_;
  std::map<key, outbox::saved_entity> changed_;    // and not yet saved
  std::map<std::string, model::leftover> pulses_;  // of the emitters that are deleted, by id
  model::catalogue last_;
  std::int64_t begun_ = 0;  // the time of the first complete()
};

}  // namespace gantry::fleet
