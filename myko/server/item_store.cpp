#include "myko/server/item_store.hpp"

#include <utility>

namespace gantry::myko {
namespace {

std::size_t bytes_of(const kept_item& item) {
  return item.id.size() + item.hash.size() + item.body.bytes.size();
}

}  // namespace

item_store::outcome item_store::set(std::string_view type, kept_item item) {
  shelf& place = shelves_[std::string(type)];
  const auto found = place.by_id.find(item.id);
  const bool known = found != place.by_id.end();
  const std::size_t before = known ? bytes_of(*found->second) : 0;
  const std::size_t after = bytes_ - before + bytes_of(item);
  if (!known && place.items.size() >= limits_.items_per_type_max) return outcome::refused;
  if (after > limits_.item_bytes_max) return outcome::refused;
  bytes_ = after;
  if (known) {
    const bool same = found->second->hash == item.hash;
    *found->second = std::move(item);
    return same ? outcome::same_hash : outcome::changed;
  }
  place.items.push_back(std::move(item));
  place.by_id.emplace(place.items.back().id, std::prev(place.items.end()));
  return outcome::changed;
}

bool item_store::erase(std::string_view type, std::string_view id) {
  const auto place = shelves_.find(type);
  if (place == shelves_.end()) return false;
  const auto found = place->second.by_id.find(std::string(id));
  if (found == place->second.by_id.end()) return false;
  bytes_ -= bytes_of(*found->second);
  place->second.items.erase(found->second);
  place->second.by_id.erase(found);
  return true;
}

const kept_item* item_store::find(std::string_view type, std::string_view id) const {
  const auto place = shelves_.find(type);
  if (place == shelves_.end()) return nullptr;
  const auto found = place->second.by_id.find(std::string(id));
  return found != place->second.by_id.end() ? &*found->second : nullptr;
}

void item_store::for_each(std::string_view type,
                          const std::function<void(const kept_item&)>& visit) const {
  const auto place = shelves_.find(type);
  if (place == shelves_.end()) return;
  for (const kept_item& each : place->second.items) visit(each);
}

std::size_t item_store::size(std::string_view type) const {
  const auto place = shelves_.find(type);
  return place != shelves_.end() ? place->second.items.size() : 0;
}

}  // namespace gantry::myko
