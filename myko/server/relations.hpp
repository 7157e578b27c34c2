// Which items of the rust generation belong to which: a child is deleted with its parent.
// Source: the page on the core of 2026, Storing; which field links to which type: seen.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "myko/server/row.hpp"

namespace gantry::myko {

struct link {
  std::string_view child;  // a type
  std::string_view field;  // of the child: the parent's id
  std::string_view parent;
};

// All links of one type of children, in order; empty: it belongs to nothing.
[[nodiscard]] std::span<const link> links_of(std::string_view child);

// Knows the children of each parent, also of parents that are not there.
class relations {
 public:
  void set(const row& child);
  void erase(std::string_view type, const std::string& id);

  // The ids of the children of these parents, by link.
  using children = std::vector<std::pair<std::string_view, std::vector<std::string>>>;
  [[nodiscard]] children of(std::string_view parent_type,
                            const std::vector<std::string>& parents) const;

 private:
  using child_key = std::pair<std::string, std::string>;  // type, id

  void unlink(const child_key& child);

  std::map<child_key, std::vector<std::string>> parents_;
  std::map<const link*, std::map<std::string, std::set<std::string>>> children_;
};

}  // namespace gantry::myko
