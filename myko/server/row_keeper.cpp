#include "myko/server/row_keeper.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "model/json.hpp"

namespace gantry::myko {
namespace {

// Where the type belongs to another, the server looks for events that come again.
std::vector<row> without_repeats(std::string_view type, std::vector<row> rows) {
  if (links_of(type).empty()) return rows;
  std::set<std::pair<std::string, std::string>> seen;
  std::erase_if(rows, [&](const row& each) {
    return !seen.emplace(each.kept.id, each.kept.body.bytes).second;
  });
  return rows;
}

}  // namespace

void row_keeper::apply(std::vector<row_event> events, outputs& out) {
  std::map<std::string, std::vector<row>> sets;
  std::map<std::string, std::vector<std::string>> deletes;
  for (row_event& each : events) {
    if (each.change == change_type::del) {
      deletes[each.of.type].push_back(each.of.kept.id);
    } else {
      sets[each.of.type].push_back(std::move(each.of));
    }
  }
  for (auto& [type, rows] : sets) set(type, std::move(rows), out);
  for (auto& [type, ids] : deletes) remove(type, ids, out);
}

void row_keeper::set(std::string_view type, std::vector<row> rows, outputs& out) {
  const std::size_t before = rows.size();
  rows = without_repeats(type, std::move(rows));
  all_.counters.items_suppressed += before - rows.size();
  std::vector<std::string> changed;
  for (const row& each : rows) {
    if (store(each)) changed.push_back(each.kept.id);
  }
  all_.queries.changed_together(type, changed, all_.items, out);
}

// Is it another row than before?
bool row_keeper::store(const row& each) {
  const kept_item* before = all_.items.find(each.type, each.kept.id);
  const bool equal = before != nullptr && before->body == each.kept.body;
  if (!equal && all_.items.set(each.type, each.kept) == item_store::outcome::refused) {
    ++all_.counters.items_refused;
    all_.reject(each.type + " " + each.kept.id + ": there are too many items");
    return false;
  }
  ++all_.counters.items_set;
  all_.counters.items_unchanged += equal ? 1 : 0;
  if (equal) return false;
  links_.set(each);
  if (!command_routes::needs(each.type)) return true;
  if (const auto item = json::parse(each.kept.body.bytes)) {
    all_.routes.item_set(each.type, each.kept.id, *item);
  }
  return true;
}

void row_keeper::remove(std::string_view type, const std::vector<std::string>& ids, outputs& out) {
  std::deque<std::pair<std::string, std::vector<std::string>>> waiting;
  waiting.emplace_back(type, ids);
  while (!waiting.empty()) {
    const auto [now, gone] = std::move(waiting.front());
    waiting.pop_front();
    remove_only(now, gone, out);
    for (auto& [child, orphans] : links_.of(now, gone)) {
      waiting.emplace_back(child, std::move(orphans));
    }
  }
}

void row_keeper::remove_only(std::string_view type, const std::vector<std::string>& ids,
                             outputs& out) {
  std::vector<std::string> gone;
  for (const std::string& id : ids) {
    if (!all_.items.erase(type, id)) continue;
    gone.push_back(id);
    links_.erase(type, id);
    all_.routes.item_removed(type, id);
  }
  all_.counters.items_deleted += gone.size();
  if (gone.empty()) return;
  if (ids.size() > 1 && all_.items.size(type) == 0) {
    all_.queries.emptied(type, gone, out);
  } else {
    all_.queries.removed_together(type, gone, out);
  }
}

}  // namespace gantry::myko
