#include "model/catalogue.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

namespace gantry::model {
namespace {

template <typename Item>
bool same_to_watchers(const Item& left, const Item& right) {
  return left == right;
}

bool same_to_watchers(const target& left, target right) {
  right.last_updated = left.last_updated;
  return left == right;
}

template <typename Map>
void add_sets(std::vector<change>& out, const Map& from, const Map& to) {
  for (const auto& [id, item] : to) {
    const auto old = from.find(id);
    if (old == from.end() || !same_to_watchers(old->second, item)) {
      out.push_back({change_type::set, item});
    }
  }
}

template <typename Map>
void add_dels(std::vector<change>& out, const Map& from, const Map& to) {
  for (const auto& [id, item] : from) {
    if (!to.contains(id)) out.push_back({change_type::del, item});
  }
}

// The ids of all targets, parents before their sub-targets. A parent that is not in the catalogue
// does not count; a ring of parents, which is the caller's mistake, is cut at some place.
std::vector<target_id> parents_first(const std::map<target_id, target>& targets) {
  std::vector<target_id> order;
  std::set<target_id> seen;
  const auto visit = [&](const auto& self, const target& each) -> void {
    if (!seen.insert(each.id).second) return;
    for (const target_id& parent : each.parent_targets) {
      const auto found = targets.find(parent);
      if (found != targets.end()) self(self, found->second);
    }
    order.push_back(each.id);
  };
  for (const auto& [id, each] : targets) visit(visit, each);
  return order;
}

void add_target_sets(std::vector<change>& out, const catalogue& from, const catalogue& to) {
  for (const target_id& id : parents_first(to.targets)) {
    const target& item = to.targets.at(id);
    const auto old = from.targets.find(id);
    if (old == from.targets.end() || !same_to_watchers(old->second, item)) {
      out.push_back({change_type::set, item});
    }
  }
}

void add_target_dels(std::vector<change>& out, const catalogue& from, const catalogue& to) {
  std::vector<target_id> order = parents_first(from.targets);
  std::reverse(order.begin(), order.end());
  for (const target_id& id : order) {
    if (!to.targets.contains(id)) out.push_back({change_type::del, from.targets.at(id)});
  }
}

// A machine or an instance. Without an id there is none yet.
template <typename Item>
void add_single_set(std::vector<change>& out, const Item& from, const Item& to) {
  if (!to.id.empty() && from != to) out.push_back({change_type::set, to});
}

template <typename Item>
void add_single_del(std::vector<change>& out, const Item& from, const Item& to) {
  if (!from.id.empty() && from.id != to.id) out.push_back({change_type::del, from});
}

// What hangs on another item goes before it.
std::size_t place_of(std::string_view type) {
  static constexpr std::array<std::string_view, 8> order{
      "Pulse", "Alert", "Emitter", "Action", "TargetStatus", "Target", "Instance", "Machine"};
  return static_cast<std::size_t>(std::ranges::find(order, type) - order.begin());
}

// Those of `to` that are news and pass; but none of what `out` deletes already.
template <typename Passes>
void add_leftovers(std::vector<change>& out, const catalogue& from, const catalogue& to,
                   Passes passes) {
  std::set<std::pair<std::string, std::string>> deleted;
  for (const change& each : out) {
    if (each.type == change_type::del)
      deleted.insert({std::string(item_type(each.item)), id_of(each.item)});
  }
  std::vector<const leftover*> news;
  for (const auto& [key, item] : to.leftovers) {
    const auto old = from.leftovers.find(key);
    const bool known = old != from.leftovers.end() && old->second == item;
    if (known || (item.what == change_type::del && deleted.contains(key))) continue;
    if (passes(item)) news.push_back(&item);
  }
  std::ranges::stable_sort(news, {}, [](const leftover* each) { return place_of(each->type); });
  for (const leftover* each : news) out.push_back({each->what, *each});
}

}  // namespace

std::vector<change> difference(const catalogue& from, const catalogue& to) {
  std::vector<change> out;
  add_single_set(out, from.machine, to.machine);
  add_single_set(out, from.instance, to.instance);
  add_target_sets(out, from, to);
  add_sets(out, from.actions, to.actions);
  add_sets(out, from.emitters, to.emitters);
  add_sets(out, from.statuses, to.statuses);
  add_sets(out, from.alerts, to.alerts);

  const auto is_pulse = [](const leftover& each) { return each.type == "Pulse"; };
  add_leftovers(out, from, to, is_pulse);
  add_dels(out, from.alerts, to.alerts);
  add_dels(out, from.statuses, to.statuses);
  add_dels(out, from.emitters, to.emitters);
  add_dels(out, from.actions, to.actions);
  add_target_dels(out, from, to);
  add_single_del(out, from.instance, to.instance);
  add_single_del(out, from.machine, to.machine);
  add_leftovers(out, from, to, std::not_fn(is_pulse));
  return out;
}

std::vector<change> publication(const catalogue& all) { return difference({}, all); }

std::string_view item_type(const entity& item) {
  if (const auto* left = std::get_if<leftover>(&item)) return left->type;
  // In the order of the variant.
  static constexpr std::string_view names[] = {"Machine", "Instance",     "Target", "Action",
                                               "Emitter", "TargetStatus", "Alert"};
  static_assert(std::size(names) + 1 == std::variant_size_v<entity>);
  return names[item.index()];
}

std::string id_of(const entity& item) {
  return std::visit(
      [](const auto& each) -> std::string {
        if constexpr (requires { each.id.value; }) {
          return each.id.value;
        } else if constexpr (requires { each.id; }) {
          return each.id;
        } else {
          return id_of(each).value;
        }
      },
      item);
}

}  // namespace gantry::model
