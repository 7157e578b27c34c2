#include "myko/server/query_board.hpp"

#include <algorithm>
#include <utility>

#include "myko/server/frames.hpp"

namespace gantry::myko {
namespace {

bool matches(const query_matcher& matcher, const kept_item& kept) {
  if (!matcher.needs_item()) return matcher.matches(kept.id, json::value());
  const auto item = json::parse(kept.body.bytes);
  return item && matcher.matches(kept.id, *item);
}

}  // namespace

void query_board::start(connection_id owner, std::string tx, query_matcher matcher,
                        const item_store& items, outputs& out) {
  std::vector<live_query>& queries = by_type_[matcher.item_type()];
  live_query& query = queries.emplace_back(owner, std::move(tx), std::move(matcher));
  std::vector<std::string_view> upserts;
  items.for_each(query.matcher.item_type(), [&](const kept_item& each) {
    if (!matches(query.matcher, each)) return;
    query.members.insert(each.id);
    upserts.push_back(each.body.bytes);
  });
  respond(query, upserts, {}, out);
}

void query_board::cancel(connection_id owner, std::string_view tx) {
  for (auto& [type, queries] : by_type_) {
    std::erase_if(queries,
                  [&](const live_query& each) { return each.owner == owner && each.tx == tx; });
  }
}

void query_board::drop(connection_id owner) {
  for (auto& [type, queries] : by_type_) {
    std::erase_if(queries, [&](const live_query& each) { return each.owner == owner; });
  }
}

std::size_t query_board::count(connection_id owner) const {
  std::size_t out = 0;
  for (const auto& [type, queries] : by_type_) {
    out += static_cast<std::size_t>(
        std::count_if(queries.begin(), queries.end(),
                      [&](const live_query& each) { return each.owner == owner; }));
  }
  return out;
}

bool query_board::has(connection_id owner, std::string_view tx) const {
  return std::any_of(by_type_.begin(), by_type_.end(), [&](const auto& shelf) {
    return std::any_of(shelf.second.begin(), shelf.second.end(), [&](const live_query& each) {
      return each.owner == owner && each.tx == tx;
    });
  });
}

void query_board::changed(std::string_view type, const kept_item& kept, const json::value& item,
                          outputs& out) {
  const auto found = by_type_.find(type);
  if (found == by_type_.end()) return;
  for (live_query& query : found->second) {
    if (query.matcher.matches(kept.id, item)) {
      query.members.insert(kept.id);
      respond(query, {kept.body.bytes}, {}, out);
    } else if (query.members.erase(kept.id) > 0) {
      respond(query, {}, {kept.id}, out);
    }
  }
}

void query_board::removed(std::string_view type, const std::string& id, outputs& out) {
  const auto found = by_type_.find(type);
  if (found == by_type_.end()) return;
  for (live_query& query : found->second) {
    if (query.members.erase(id) > 0) respond(query, {}, {id}, out);
  }
}

void query_board::respond(live_query& query, const std::vector<std::string_view>& upserts,
                          const std::vector<std::string_view>& deletes, outputs& out) {
  out.push_back({query.owner, frames::query_response(plays_, query.tx, query.sequence++,
                                                     query.matcher.item_type(), upserts, deletes)});
}

}  // namespace gantry::myko
