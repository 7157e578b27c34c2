// The last pulse of each emitter, to be sent again on demand, within a limit of memory.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <set>

#include "model/entities.hpp"

namespace gantry::myko {

// Above the limit the least recently set goes first; of it is only remembered that it was there.
class last_values {
 public:
  explicit last_values(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  void set(model::pulse pulse);
  void forget_if(const std::function<bool(const model::emitter_id&)>& gone);

  // Valid until the next call that changes anything; null when there is none, or none any more.
  [[nodiscard]] const model::pulse* find(const model::emitter_id& emitter) const;
  // Had it a value that had to go?
  [[nodiscard]] bool let_go(const model::emitter_id& emitter) const {
    return let_go_.contains(emitter);
  }

  [[nodiscard]] std::size_t size() const { return values_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  using place = std::list<model::pulse>::iterator;

  void remove(place which);

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::list<model::pulse> values_;  // the least recently set first
  std::map<model::emitter_id, place> places_;
  std::set<model::emitter_id> let_go_;  // without a value here
};

}  // namespace gantry::myko
