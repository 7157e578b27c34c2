// What a core holds, against what would be published: the verdict of gantry check. Decides, no I/O.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/catalogue.hpp"
#include "myko/session/read_back.hpp"

namespace gantry {

class stored_items {
 public:
  explicit stored_items(model::catalogue published);

  // These rows answer the question that was asked.
  void note(const myko::query_response& rows);
  void note(const myko::read_back_result& found);

  // A line for each thing that is wrong, for people; none: the core holds just that.
  [[nodiscard]] std::vector<std::string> differences() const;
  [[nodiscard]] std::size_t count() const { return items_.size(); }
  // Targets that only the core knows. That is no fault: their containers may be gone.
  [[nodiscard]] std::size_t unknown_targets() const { return unknown_targets_; }

 private:
  std::set<myko::item_key> items_;
  std::map<myko::item_key, json::text> texts_;  // of those that do not change by themselves
  std::set<myko::item_key> missing_;
  std::set<myko::item_key> different_;
  std::set<myko::item_key> others_;
  std::size_t unknown_targets_ = 0;
};

}  // namespace gantry
