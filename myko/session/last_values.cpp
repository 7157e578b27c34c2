#include "myko/session/last_values.hpp"

#include <utility>

namespace gantry::myko {
namespace {

std::size_t cost(const model::pulse& pulse) {
  return sizeof(pulse) + pulse.emitter.value.size() + pulse.data.bytes.size();
}

}  // namespace

void last_values::set(model::pulse pulse) {
  if (const auto old = places_.find(pulse.emitter); old != places_.end()) remove(old->second);
  let_go_.erase(pulse.emitter);
  bytes_ += cost(pulse);
  values_.push_back(std::move(pulse));
  places_.emplace(values_.back().emitter, std::prev(values_.end()));
  while (bytes_ > bytes_max_) {
    let_go_.insert(values_.front().emitter);
    remove(values_.begin());
  }
}

void last_values::forget_if(const std::function<bool(const model::emitter_id&)>& gone) {
  for (auto each = values_.begin(); each != values_.end();) {
    const auto next = std::next(each);
    if (gone(each->emitter)) remove(each);
    each = next;
  }
  std::erase_if(let_go_, gone);
}

const model::pulse* last_values::find(const model::emitter_id& emitter) const {
  const auto found = places_.find(emitter);
  return found == places_.end() ? nullptr : &*found->second;
}

void last_values::remove(place which) {
  bytes_ -= cost(*which);
  places_.erase(which->emitter);
  values_.erase(which);
}

}  // namespace gantry::myko
