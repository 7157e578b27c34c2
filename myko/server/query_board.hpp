// The live queries of all connections: who is told of which change, and in which order.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/json_types.hpp"
#include "myko/server/generation.hpp"
#include "myko/server/item_store.hpp"
#include "myko/server/output.hpp"
#include "myko/server/query_matcher.hpp"

namespace gantry::myko {

// Every query gets sequence 0 with what there is, also when that is nothing; then one response for
// each change of an item that it is about, numbered without a gap, in the order of the changes.
// The rust server sorts by id, and tells of what changed together in one response, or, of a query
// for ids, in one for each.
class query_board {
 public:
  explicit query_board(generation plays) : plays_(plays) {}

  void start(connection_id owner, std::string tx, query_matcher matcher, const item_store& items,
             outputs& out);
  // All queries of this tx: seen, the TypeScript server runs two of one tx side by side.
  void cancel(connection_id owner, std::string_view tx);
  void drop(connection_id owner);

  [[nodiscard]] std::size_t count(connection_id owner) const;
  [[nodiscard]] bool has(connection_id owner, std::string_view tx) const;

  // `item` is `kept` as a tree. An item that no longer matches a query is told as a delete.
  void changed(std::string_view type, const kept_item& kept, const json::value& item, outputs& out);
  void removed(std::string_view type, const std::string& id, outputs& out);

  // Rust. What the items of these ids are now is in `items`; an id may come twice.
  void changed_together(std::string_view type, const std::vector<std::string>& ids,
                        const item_store& items, outputs& out);
  void removed_together(std::string_view type, const std::vector<std::string>& ids, outputs& out);
  // These were all, and are gone: as above for a query that looks by ids or by a link; any other
  // begins again, with sequence 0 and nothing, as seen, also when it had none of them.
  void emptied(std::string_view type, const std::vector<std::string>& ids, outputs& out);

 private:
  struct live_query {
    live_query(connection_id who, std::string its_tx, query_matcher what)
        : owner(who), tx(std::move(its_tx)), matcher(std::move(what)) {}

    connection_id owner;
    std::string tx;
    query_matcher matcher;
    std::uint64_t sequence = 0;
    std::set<std::string> members;  // ids that the owner believes to match
  };

  void respond(live_query& query, const std::vector<std::string_view>& upserts,
               const std::vector<std::string_view>& deletes, outputs& out);
  [[nodiscard]] std::vector<live_query>& queries_of(std::string_view type);
  void remove_from(live_query& query, const std::set<std::string>& ids, outputs& out);

  generation plays_;
  std::map<std::string, std::vector<live_query>, std::less<>> by_type_;
};

}  // namespace gantry::myko
