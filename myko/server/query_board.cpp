#include "myko/server/query_board.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "model/json.hpp"
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
  std::vector<const kept_item*> found;
  items.for_each(query.matcher.item_type(), [&](const kept_item& each) {
    if (!matches(query.matcher, each)) return;
    query.members.insert(each.id);
    found.push_back(&each);
  });
  if (plays_ == generation::rust) {
    std::sort(found.begin(), found.end(),
              [](const kept_item* left, const kept_item* right) { return left->id < right->id; });
  }
  std::vector<std::string_view> upserts;
  std::transform(found.begin(), found.end(), std::back_inserter(upserts),
                 [](const kept_item* each) { return std::string_view(each->body.bytes); });
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

std::vector<query_board::live_query>& query_board::queries_of(std::string_view type) {
  static std::vector<live_query> none;
  const auto found = by_type_.find(type);
  return found != by_type_.end() ? found->second : none;
}

void query_board::changed(std::string_view type, const kept_item& kept, const json::value& item,
                          outputs& out) {
  for (live_query& query : queries_of(type)) {
    if (query.matcher.matches(kept.id, item)) {
      query.members.insert(kept.id);
      respond(query, {kept.body.bytes}, {}, out);
    } else if (query.members.erase(kept.id) > 0) {
      respond(query, {}, {kept.id}, out);
    }
  }
}

void query_board::removed(std::string_view type, const std::string& id, outputs& out) {
  for (live_query& query : queries_of(type)) {
    if (query.members.erase(id) > 0) respond(query, {}, {id}, out);
  }
}

void query_board::changed_together(std::string_view type, const std::vector<std::string>& ids,
                                   const item_store& items, outputs& out) {
  const std::set<std::string> sorted(ids.begin(), ids.end());
  for (live_query& query : queries_of(type)) {
    const bool each_alone = query.matcher.looks_by() == query_matcher::route::ids;
    std::vector<std::string_view> upserts;
    std::vector<std::string_view> deletes;
    const auto tell = [&] {
      if (!upserts.empty() || !deletes.empty()) respond(query, upserts, deletes, out);
      upserts.clear();
      deletes.clear();
    };
    for (const std::string& id : sorted) {
      const kept_item* now = items.find(type, id);
      if (now != nullptr && matches(query.matcher, *now)) {
        query.members.insert(id);
        upserts.push_back(now->body.bytes);
      } else if (query.members.erase(id) > 0) {
        deletes.push_back(id);
      }
      if (each_alone) tell();
    }
    tell();
  }
}

void query_board::removed_together(std::string_view type, const std::vector<std::string>& ids,
                                   outputs& out) {
  const std::set<std::string> sorted(ids.begin(), ids.end());
  for (live_query& query : queries_of(type)) remove_from(query, sorted, out);
}

void query_board::remove_from(live_query& query, const std::set<std::string>& ids, outputs& out) {
  const bool each_alone = query.matcher.looks_by() == query_matcher::route::ids;
  std::vector<std::string_view> deletes;
  for (const std::string& id : ids) {
    if (query.members.erase(id) == 0) continue;
    deletes.push_back(id);
    if (!each_alone) continue;
    respond(query, {}, deletes, out);
    deletes.clear();
  }
  if (!deletes.empty()) respond(query, {}, deletes, out);
}

void query_board::emptied(std::string_view type, const std::vector<std::string>& ids,
                          outputs& out) {
  const std::set<std::string> sorted(ids.begin(), ids.end());
  for (live_query& query : queries_of(type)) {
    if (query.matcher.looks_by() != query_matcher::route::scan) {
      remove_from(query, sorted, out);
      continue;
    }
    query.members.clear();
    query.sequence = 0;
    respond(query, {}, {}, out);
  }
}

void query_board::respond(live_query& query, const std::vector<std::string_view>& upserts,
                          const std::vector<std::string_view>& deletes, outputs& out) {
  out.push_back(
      {query.owner, frames::query_response(plays_, {.tx = query.tx,
                                                    .sequence = query.sequence++,
                                                    .item_type = query.matcher.item_type(),
                                                    .upserts = upserts,
                                                    .deletes = deletes,
                                                    .total = query.members.size()})});
}

}  // namespace gantry::myko
