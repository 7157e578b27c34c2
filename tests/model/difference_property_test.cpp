// difference() over random catalogues, applied step by step as a server would.
#include <gtest/gtest.h>

#include "model/catalogue.hpp"
#include "tests/support/seed.hpp"

namespace gantry::model {
namespace {

constexpr std::size_t names_max = 7;

// Parents form no ring: a target hangs only below those that come later in a random order.
class random_catalogue {
 public:
  explicit random_catalogue(test::dice& dice) : dice_(dice) {}

  catalogue make() {
    all_ = {};
    if (dice_.one_in(10)) return all_;
    all_.machine = {.id = machine_id("m" + digit(1)), .name = digit(2)};
    all_.instance = {.id = instance_id(all_.machine.id.value + ":s"),
                     .machine = all_.machine.id,
                     .message = digit(2)};
    add_targets();
    add_hangers();
    return all_;
  }

 private:
  std::string digit(std::size_t most) { return std::to_string(dice_.upto(most)); }

  void add_targets() {
    std::vector<target_id> order;
    for (std::size_t at = 0; at <= names_max; ++at) {
      if (dice_.one_in(2)) order.emplace_back("s:t" + std::to_string(at));
    }
    for (std::size_t at = order.size(); at > 1; --at) {
      std::swap(order[at - 1], order[dice_.upto(at - 1)]);
    }
    for (std::size_t at = 0; at < order.size(); ++at) {
      target each{.id = order[at], .name = digit(2), .last_updated = digit(9)};
      for (std::size_t above = at + 1; above < order.size(); ++above) {
        if (dice_.one_in(3)) each.parent_targets.push_back(order[above]);
      }
      all_.put(each);
    }
  }

  void add_hangers() {
    for (auto& [id, each] : all_.targets) {
      if (dice_.one_in(2)) {
        const action one{.id = action_id("a" + digit(names_max)), .name = digit(1), .target = id};
        each.actions = {one.id};
        all_.put(one);
      }
      if (dice_.one_in(2)) {
        all_.put(emitter{.id = emitter_id("e" + digit(names_max)), .name = digit(1), .target = id});
      }
      if (dice_.one_in(2)) {
        all_.put(target_status{.target = id,
                               .instance = all_.instance.id,
                               .status = dice_.one_in(2) ? liveness::online : liveness::offline});
      }
      if (dice_.one_in(2)) {
        all_.put(alert{.entity = id.value,
                       .instance = all_.instance.id,
                       .code = "c" + digit(1),
                       .message = digit(1)});
      }
    }
  }

  test::dice& dice_;
  catalogue all_;
};

// What a server holds.
class store {
 public:
  explicit store(const catalogue& all) : all_(all) {}

  void apply(const change& step) {
    std::visit([&](const auto& item) { apply(step.type, item); }, step.item);
  }

  // Every item that says where it belongs names only what is there.
  void expect_no_dangling_owner() const {
    for (const auto& [id, each] : instances_) {
      EXPECT_TRUE(machines_.contains(each.machine)) << "machine of " << id;
    }
    for (const auto& [id, each] : all_.targets) {
      for (const target_id& parent : each.parent_targets) {
        EXPECT_TRUE(all_.targets.contains(parent)) << "parent " << parent << " of " << id;
      }
    }
    for (const auto& [id, each] : all_.actions) {
      EXPECT_TRUE(all_.targets.contains(each.target)) << "target of " << id;
    }
    for (const auto& [id, each] : all_.emitters) {
      EXPECT_TRUE(all_.targets.contains(each.target)) << "target of " << id;
    }
    for (const auto& [id, each] : all_.statuses) {
      EXPECT_TRUE(all_.targets.contains(each.target)) << "target of " << id;
      EXPECT_TRUE(instances_.contains(each.instance)) << "instance of " << id;
    }
    for (const auto& [id, each] : all_.alerts) {
      EXPECT_TRUE(all_.targets.contains(target_id(each.entity))) << "target of " << id;
      EXPECT_TRUE(instances_.contains(each.instance)) << "instance of " << id;
    }
  }

  void expect_equal_but_for_last_updated(const catalogue& other) {
    EXPECT_EQ(machines_.size(), other.machine.id.empty() ? 0U : 1U);
    EXPECT_EQ(instances_.size(), other.instance.id.empty() ? 0U : 1U);
    if (!machines_.empty()) {
      EXPECT_EQ(machines_.begin()->second, other.machine);
    }
    if (!instances_.empty()) {
      EXPECT_EQ(instances_.begin()->second, other.instance);
    }
    for (auto& [id, each] : all_.targets) {
      const auto same = other.targets.find(id);
      if (same != other.targets.end()) each.last_updated = same->second.last_updated;
    }
    EXPECT_EQ(all_.targets, other.targets);
    EXPECT_EQ(all_.actions, other.actions);
    EXPECT_EQ(all_.emitters, other.emitters);
    EXPECT_EQ(all_.statuses, other.statuses);
    EXPECT_EQ(all_.alerts, other.alerts);
  }

  void know(const machine& it) { machines_.insert_or_assign(it.id, it); }
  void know(const instance& it) { instances_.insert_or_assign(it.id, it); }

 private:
  void apply(change_type, const leftover& it) { FAIL() << "there are none: " << it.id; }
  void apply(change_type type, const machine& it) { put_or_erase(type, machines_, it.id, it); }
  void apply(change_type type, const instance& it) { put_or_erase(type, instances_, it.id, it); }
  void apply(change_type type, const target& it) { put_or_erase(type, all_.targets, it.id, it); }
  void apply(change_type type, const action& it) { put_or_erase(type, all_.actions, it.id, it); }
  void apply(change_type type, const emitter& it) { put_or_erase(type, all_.emitters, it.id, it); }
  void apply(change_type type, const target_status& it) {
    put_or_erase(type, all_.statuses, id_of(it), it);
  }
  void apply(change_type type, const alert& it) { put_or_erase(type, all_.alerts, id_of(it), it); }

  template <typename Map, typename Id, typename Item>
  static void put_or_erase(change_type type, Map& map, const Id& id, const Item& item) {
    if (type == change_type::set) {
      map.insert_or_assign(id, item);
      return;
    }
    ASSERT_TRUE(map.contains(id)) << "DEL of what is not there: " << id;
    EXPECT_EQ(map.at(id), item) << "a DEL carries the full last item";
    map.erase(id);
  }

  catalogue all_;
  std::map<machine_id, machine> machines_;
  std::map<instance_id, instance> instances_;
};

store holding(const catalogue& all) {
  store out(all);
  if (!all.machine.id.empty()) out.know(all.machine);
  if (!all.instance.id.empty()) out.know(all.instance);
  return out;
}

TEST(difference_of_random_catalogues, leads_from_one_to_the_other_without_a_dangling_owner) {
  for (const std::uint64_t seed : test::seeds(1'500)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    const catalogue from = random_catalogue(dice).make();
    const catalogue to = random_catalogue(dice).make();
    store server = holding(from);
    for (const change& step : difference(from, to)) {
      server.apply(step);
      server.expect_no_dangling_owner();
    }
    server.expect_equal_but_for_last_updated(to);
    EXPECT_TRUE(difference(to, to).empty());
    EXPECT_TRUE(difference(from, from).empty());
    if (testing::Test::HasFailure()) return;
  }
}

TEST(difference_of_random_catalogues, publishes_all_to_an_empty_server) {
  for (const std::uint64_t seed : test::seeds(300)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    const catalogue all = random_catalogue(dice).make();
    store server = holding({});
    for (const change& step : publication(all)) {
      EXPECT_EQ(step.type, change_type::set);
      server.apply(step);
      server.expect_no_dangling_owner();
    }
    server.expect_equal_but_for_last_updated(all);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::model
