// Which rows a core holds: the question, and the rows as its answers tell them. A query of Myko is
// a subscription: it tells what there is now, and then each change, until it is cancelled.
//
// Source: the Myko protocol page, Queries; the names seen on both servers that have queries.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/json_types.hpp"
#include "myko/generation.hpp"
#include "myko/messages.hpp"

namespace gantry::myko {

// Rows of one type: those of these ids; or, where `field` is set, those that have this text there.
struct row_choice {
  std::string type;  // "TargetStatus"
  std::vector<std::string> ids;
  std::string field;  // "serviceId"
  std::string value;

  bool operator==(const row_choice&) const = default;
};

// `server` is ts or rust: docs has no queries.
[[nodiscard]] query make_query(const row_choice& what, generation server, const std::string& tx);

// The rows of one query, by id, as far as it was answered.
class row_query {
 public:
  // Of ids that were asked for no other rows are kept, whatever the core gives beside them; where
  // nothing was, all are.
  explicit row_query(std::string tx, const std::vector<std::string>& ids = {})
      : tx_(std::move(tx)), ids_(ids.begin(), ids.end()) {}

  [[nodiscard]] const std::string& tx() const { return tx_; }
  // Sequence 0 says all that there is, also in mid-stream; what follows says what changed. False:
  // one in between is missing, and the rows are not to be relied on.
  [[nodiscard]] bool receive(const query_response& answer);
  [[nodiscard]] const std::map<std::string, json::text>& rows() const { return rows_; }

 private:
  std::string tx_;
  std::set<std::string> ids_;
  std::optional<std::uint64_t> sequence_;  // of the last answer
  std::map<std::string, json::text> rows_;
};

}  // namespace gantry::myko
