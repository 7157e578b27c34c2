// The items that the server holds, by type and id.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "myko/server/item_intake.hpp"
#include "myko/server/limits.hpp"

namespace gantry::myko {

class item_store {
 public:
  explicit item_store(const core_limits& limits) : limits_(limits) {}

  enum class outcome {
    changed,    // stored: new, or with another hash than before
    same_hash,  // stored: the content may differ all the same
    refused,    // not stored: a limit is reached
  };
  outcome set(std::string_view type, kept_item item);
  // Was there such an item?
  bool erase(std::string_view type, std::string_view id);

  // Null: there is none. Valid until the next change.
  [[nodiscard]] const kept_item* find(std::string_view type, std::string_view id) const;
  // In the order in which the ids came first.
  void for_each(std::string_view type, const std::function<void(const kept_item&)>& visit) const;
  [[nodiscard]] std::size_t size(std::string_view type) const;
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  struct shelf {
    std::list<kept_item> items;
    std::unordered_map<std::string, std::list<kept_item>::iterator> by_id;
  };

  core_limits limits_;
  std::map<std::string, shelf, std::less<>> shelves_;
  std::size_t bytes_ = 0;  // of ids, hashes and bodies
};

}  // namespace gantry::myko
