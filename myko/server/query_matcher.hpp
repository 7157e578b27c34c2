// Which items a live query is about.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/json_types.hpp"
#include "myko/server/generation.hpp"

namespace gantry::myko {

class query_matcher {
 public:
  // From a query's queryId, queryItemType and query object. Known ids are GetAll<Type>s,
  // Get<Type>sByIds and Get<Type>sByQuery; the fields of the last stand in `query` (ts) or beside
  // tx (rust). For an unknown id the rust server selects the whole item type; the others have no
  // handler: nothing is returned. Nor is it on rust where `ids` is no list of strings.
  [[nodiscard]] static std::optional<query_matcher> create(generation plays,
                                                           std::string_view query_id,
                                                           std::string_view item_type,
                                                           const json::value& body);

  [[nodiscard]] const std::string& item_type() const { return type_; }
  // How the rust server looks for the items: it tells of changes in different steps.
  enum class route {
    scan,  // through all of the type
    ids,   // each id by itself
    link,  // those that belong to one other
  };
  [[nodiscard]] route looks_by() const;
  // False: matches() looks at the id only, and any `item` will do.
  [[nodiscard]] bool needs_item() const { return std::holds_alternative<by_fields>(what_); }
  [[nodiscard]] bool matches(const std::string& id, const json::value& item) const;

 private:
  struct everything {};
  using by_ids = std::set<std::string>;
  // A name, and which values it may have, as canonical JSON.
  using by_fields = std::vector<std::pair<std::string, std::set<std::string>>>;
  using selection = std::variant<everything, by_ids, by_fields>;

  query_matcher(std::string_view type, selection what) : type_(type), what_(std::move(what)) {}

  std::string type_;
  selection what_;
};

}  // namespace gantry::myko
