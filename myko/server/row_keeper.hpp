// The rows of the rust generation: applies events together, deletes what belongs to what is
// deleted, and tells watchers and routes.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "myko/server/command_routes.hpp"
#include "myko/server/counters.hpp"
#include "myko/server/item_store.hpp"
#include "myko/server/output.hpp"
#include "myko/server/query_board.hpp"
#include "myko/server/relations.hpp"
#include "myko/server/row.hpp"

namespace gantry::myko {

// What it refers to outlives it.
class row_keeper {
 public:
  struct parts {
    item_store& items;
    query_board& queries;
    command_routes& routes;
    core_counters& counters;
    std::function<void(std::string)> reject;  // why something was dropped
  };

  explicit row_keeper(parts all) : all_(std::move(all)) {}

  // All SETs before all DELs, each by type in alphabetical order; of one type in their order, but
  // for those that are equal to an earlier one, which are passed over where the type belongs to
  // another. A watcher hears of all of one type and kind in one response. A row that is as it was
  // wakes nobody.
  void apply(std::vector<row_event> events, outputs& out);

  // Rows of one type, together.
  void set(std::string_view type, std::vector<row> rows, outputs& out);
  // With all that belongs to them, there or not. When two or more ids are deleted and no row of the
  // type is left, queries of that type begin again at sequence 0, as seen.
  void remove(std::string_view type, const std::vector<std::string>& ids, outputs& out);

  [[nodiscard]] const relations& links() const { return links_; }

 private:
  void remove_only(std::string_view type, const std::vector<std::string>& ids, outputs& out);
  [[nodiscard]] bool store(const row& each);

  parts all_;
  relations links_;
};

}  // namespace gantry::myko
