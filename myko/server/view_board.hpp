// The live views of all connections, which only the rust server has. One is known here:
// ReconciledProperties, in which there is nothing, since no scene runs.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "model/json.hpp"
#include "myko/server/frames.hpp"
#include "myko/server/output.hpp"

namespace gantry::myko {

class view_board {
 public:
  // Answers at once: with no rows, or with what is wrong with the view. False: the latter.
  bool start(connection_id owner, const std::string& tx, const std::string& view,
             const json::value& body, outputs& out) {
    if (const std::string why = fault(view, body); !why.empty()) {
      out.push_back({owner, frames::view_error(tx, view, why)});
      return false;
    }
    open_[owner].insert(tx);
    out.push_back({owner, frames::view_response({.tx = tx, .item_type = "ReconciledProperty"})});
    return true;
  }
  void cancel(connection_id owner, const std::string& tx) {
    const auto found = open_.find(owner);
    if (found != open_.end()) found->second.erase(tx);
  }
  void drop(connection_id owner) { open_.erase(owner); }

  [[nodiscard]] std::size_t count(connection_id owner) const {
    const auto found = open_.find(owner);
    return found != open_.end() ? found->second.size() : 0;
  }
  [[nodiscard]] bool has(connection_id owner, const std::string& tx) const {
    const auto found = open_.find(owner);
    return found != open_.end() && found->second.contains(tx);
  }

 private:
  // Seen: these words.
  static std::string fault(const std::string& view, const json::value& body) {
    if (view != "ReconciledProperties") return "No registered handler for view: " + view;
    const std::string unread = "Failed to parse view " + view + ": ";
    const json::value* instance = json::find(body, "instanceId");
    if (instance == nullptr) return unread + "missing field `instanceId`";
    if (!instance->IsString()) return unread + "invalid type, expected a string";
    const json::value* targets = json::find(body, "targetIds");
    if (targets == nullptr) return "";
    const bool texts =
        targets->IsArray() && std::all_of(targets->Begin(), targets->End(),
                                          [](const json::value& each) { return each.IsString(); });
    return texts ? "" : unread + "invalid type, expected a sequence";
  }

  std::map<connection_id, std::set<std::string>> open_;  // their txs
};

}  // namespace gantry::myko
