#include "executor/fleet/core_memory.hpp"

#include <gmock/gmock.h>

#include <set>

#include "model/item_json.hpp"
#include "model/json.hpp"
#include "tests/support/seed.hpp"

namespace gantry::fleet {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr std::int64_t noon = 1'000'000;

// A service with targets, each with actions, an emitter and a status.
model::catalogue made(const std::string& service, const std::vector<std::string>& names,
                      const std::vector<std::string>& actions = {"run"}) {
  model::catalogue out;
  out.machine.id = model::machine_id("host");
  out.instance.service = model::service_id(service);
  out.instance.id = model::make_instance_id(out.machine.id, out.instance.service);
  for (const std::string& name : names) {
    model::target target;
    target.id = model::make_target_id(out.instance.service, name);
    target.name = name;
    target.service = out.instance.service;
    for (const std::string& action : actions) {
      out.put(model::action{model::make_action_id(target.id, action), action, target.id,
                            out.instance.service, std::nullopt});
    }
    out.put(model::target_status{target.id, out.instance.id, model::liveness::online});
    out.put(std::move(target));
  }
  return out;
}

void add_emitter(model::catalogue& to, const std::string& target, const std::string& name) {
  const auto id = model::make_target_id(to.instance.service, target);
  to.put(model::emitter{model::make_emitter_id(id, name), name, id, to.instance.service, {}});
}

// The database: what was saved.
class saved {
 public:
  void add(const core_memory::change& change) {
    for (const auto& each : change.entities) rows_[{each.type, each.id}] = each;
    for (const auto& each : change.gone) rows_.erase(each);
  }
  [[nodiscard]] std::vector<outbox::saved_entity> all() const {
    std::vector<outbox::saved_entity> out;
    for (const auto& [key, each] : rows_) out.push_back(each);
    return out;
  }

 private:
  std::map<std::pair<std::string, std::string>, outbox::saved_entity> rows_;
};

std::vector<std::string> words(const model::catalogue& all) {
  std::vector<std::string> out;
  for (const auto& [key, each] : all.leftovers) {
    out.push_back((each.what == model::change_type::set ? "SET " : "DEL ") + each.type + " " +
                  each.id);
  }
  return out;
}

// What is no JSON would break the message that deletes it, at each connection and start.
TEST(core_memory, forgets_what_cannot_be_read) {
  saved database;
  core_memory before({});
  auto all = made("svc", {"a", "b"});
  database.add(before.complete(all, noon));
  auto rows = database.all();
  std::size_t damaged = 0;
  for (auto& each : rows) {
    if (each.type != "Target" && each.id != "svc:a:run") continue;
    each.item.bytes = each.type == "Target" ? "{\"id\":\"svc" : "[]";
    ++damaged;
  }
  core_memory after(rows);
  EXPECT_EQ(damaged, 3U);
  EXPECT_EQ(after.unreadable(), damaged);
  auto now = made("svc", {"a"});
  const auto change = after.complete(now, noon + 1);
  EXPECT_EQ(after.unreadable(), 0U);
  database.add(change);
  for (const auto& [name, each] : now.leftovers) EXPECT_TRUE(json::parse(each.item.bytes));
  for (const auto& each : database.all()) EXPECT_TRUE(json::parse(each.item.bytes)) << each.id;
  EXPECT_EQ(core_memory(database.all()).unreadable(), 0U);
}

TEST(core_memory, saves_what_is_published_once) {
  core_memory memory({});
  auto all = made("svc", {"a"});
  EXPECT_EQ(memory.complete(all, noon).entities.size(), 5U);  // machine, instance, and the three
  EXPECT_THAT(all.leftovers, IsEmpty());
  EXPECT_TRUE(memory.complete(all, noon).empty());
}

TEST(core_memory, knows_after_a_restart_what_was_saved) {
  saved disk;
  core_memory memory({});
  auto all = made("svc", {"a"});
  disk.add(memory.complete(all, noon));
  core_memory next(disk.all());
  EXPECT_TRUE(next.complete(all, noon).empty());
}

TEST(core_memory, what_goes_is_deleted_at_each_connection_also_of_the_next_life) {
  saved disk;
  core_memory memory({});
  auto all = made("svc", {"a", "b"});
  disk.add(memory.complete(all, noon));
  all = made("svc", {"a"});
  disk.add(memory.complete(all, noon + 1));
  const auto deleted = UnorderedElementsAre("DEL Target svc:b", "DEL Action svc:b:run",
                                            testing::StartsWith("DEL TargetStatus "));
  EXPECT_THAT(words(all), deleted);

  core_memory next(disk.all());
  all = made("svc", {"a"});
  disk.add(next.complete(all, noon + 2));
  EXPECT_THAT(words(all), deleted);

  all = made("svc", {"a", "b"});  // and is back
  disk.add(next.complete(all, noon + 3));
  EXPECT_THAT(all.leftovers, IsEmpty());
  core_memory last(disk.all());
  EXPECT_TRUE(last.complete(all, noon + 4).empty());
}

TEST(core_memory, another_service_id_leaves_nothing_online) {
  saved disk;
  core_memory memory({});
  auto before = made("old", {"a"});
  disk.add(memory.complete(before, noon));

  core_memory next(disk.all());
  auto all = made("new", {"a"});
  disk.add(next.complete(all, noon));
  const auto status = model::make_status_id(before.instance.id, model::target_id("old:a"));
  ASSERT_THAT(words(all), UnorderedElementsAre("SET Instance " + before.instance.id.value,
                                               "SET TargetStatus " + status.value));
  const auto& told = all.leftovers.at({"TargetStatus", status.value});
  before.statuses.at(status).status = model::liveness::offline;
  EXPECT_EQ(json::canonical(json::parse(told.item.bytes).value()),
            json::canonical(json::parse(to_item(before.statuses.at(status)).bytes).value()))
      << "with the hash of the item as it is now";
}

// ---- What this life does not publish any more ----

TEST(core_memory, an_action_that_is_switched_off_is_deleted_at_once) {
  saved disk;
  core_memory memory({});
  auto all = made("svc", {"a"}, {"run", "kill"});
  disk.add(memory.complete(all, noon));

  core_memory next(disk.all());
  all = made("svc", {"a"});
  disk.add(next.complete(all, noon + 1));
  EXPECT_THAT(words(all), ElementsAre("DEL Action svc:a:kill"));

  core_memory last(disk.all());  // and again at each connection, until it is there once more
  all = made("svc", {"a"});
  disk.add(last.complete(all, noon + 2));
  EXPECT_THAT(words(all), ElementsAre("DEL Action svc:a:kill"));
  all = made("svc", {"a"}, {"run", "kill"});
  disk.add(last.complete(all, noon + 3));
  EXPECT_THAT(words(all), IsEmpty());
}

TEST(core_memory, an_emitter_that_is_switched_off_is_deleted_with_its_pulse) {
  saved disk;
  core_memory memory({});
  auto all = made("svc", {"a"});
  add_emitter(all, "a", "stats");
  disk.add(memory.complete(all, noon));
  EXPECT_THAT(words(all), IsEmpty());

  core_memory next(disk.all());
  all = made("svc", {"a"});
  disk.add(next.complete(all, noon + 1));
  EXPECT_THAT(words(all), ElementsAre("DEL Emitter svc:a:stats", "DEL Pulse svc:a:stats"));
  const auto pulse = json::parse(all.leftovers.at({"Pulse", "svc:a:stats"}).item.bytes).value();
  for (const char* member : {"id", "emitterId"}) {
    EXPECT_EQ(json::find_string(pulse, member), "svc:a:stats");
  }
  EXPECT_TRUE(json::find(pulse, "data")->IsObject());
}

TEST(core_memory, a_target_that_is_no_more_is_deleted_with_all_that_hangs_on_it) {
  saved disk;
  core_memory memory({});
  auto all = made("svc", {"a", "slot"});
  add_emitter(all, "slot", "output");
  disk.add(memory.complete(all, noon));

  core_memory next(disk.all());
  all = made("svc", {"a"});
  disk.add(next.complete(all, noon + 1));
  const auto steps = publication(all);
  std::vector<std::string> types;
  for (const model::change& each : steps) {
    if (each.type == model::change_type::del) types.emplace_back(item_type(each.item));
  }
  EXPECT_THAT(types, ElementsAre("Pulse", "Emitter", "Action", "TargetStatus", "Target"));
}

// An older version set such things aside for a month.
TEST(core_memory, what_an_earlier_life_only_set_aside_is_deleted_too) {
  saved disk;
  core_memory memory({});
  auto all = made("svc", {"a"}, {"run", "kill"});
  disk.add(memory.complete(all, noon));
  auto rows = disk.all();
  for (auto& each : rows) {
    if (each.id == "svc:a:kill") each.gone_since = noon;
  }
  core_memory next(rows);
  all = made("svc", {"a"});
  (void)next.complete(all, noon + 1);
  EXPECT_THAT(words(all), ElementsAre("DEL Action svc:a:kill"));
}

// However many there are: none of them may stay as a button that is refused.
TEST(core_memory, what_is_switched_off_for_all_is_told_in_full_by_the_life_that_does_so) {
  saved disk;
  core_memory memory({});
  std::vector<std::string> names;
  for (std::size_t at = 0; at < core_memory::deleted_max; ++at) {
    names.push_back("t" + std::to_string(at));
  }
  auto all = made("svc", names, {"run", "kill"});
  disk.add(memory.complete(all, noon));

  core_memory next(disk.all());
  all = made("svc", names, {});
  disk.add(next.complete(all, noon + 1));
  EXPECT_EQ(all.leftovers.size(), 2 * core_memory::deleted_max);
  disk.add(next.complete(all, noon + 2));
  EXPECT_EQ(all.leftovers.size(), 2 * core_memory::deleted_max);

  core_memory last(disk.all());
  disk.add(last.complete(all, noon + 3));
  EXPECT_EQ(all.leftovers.size(), core_memory::deleted_max) << "bounded in the long run";
}

// A core that gets both for one id within a moment may end with it deleted, whatever came last.
TEST(core_memory, no_registration_deletes_what_it_sets) {
  for (const auto seed : test::seeds(50)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    saved disk;
    std::int64_t now = noon;
    for (int life = 0; life < 4; ++life) {
      core_memory memory(disk.all());
      const std::string service = dice.one_in(4) ? "other" : "svc";
      for (int times = 0; times < 4; ++times) {
        auto all = made(service, {});
        for (const char* name : {"a", "b", "c"}) {
          if (dice.one_in(2)) continue;
          const auto more =
              made(service, {name},
                   dice.one_in(2) ? std::vector<std::string>{"run"} : std::vector<std::string>{});
          all.targets.merge(model::catalogue(more).targets);
          all.actions.merge(model::catalogue(more).actions);
          all.statuses.merge(model::catalogue(more).statuses);
          if (dice.one_in(2)) add_emitter(all, name, "output");
        }
        disk.add(memory.complete(all, ++now));
        if (dice.one_in(3)) (void)memory.delete_gone_before(now + 1, now);
        std::set<std::string> set;
        std::set<std::string> deleted;
        for (const model::change& each : publication(all)) {
          auto& into = each.type == model::change_type::set ? set : deleted;
          EXPECT_TRUE(into.insert(std::string(item_type(each.item)) + id_of(each.item)).second);
        }
        for (const auto& each : deleted) EXPECT_FALSE(set.contains(each)) << each;
        for (const auto& [id, each] : all.emitters) {
          EXPECT_FALSE(deleted.contains("Pulse" + id.value)) << id;
        }
      }
    }
  }
}

// It would tell an operator of a trouble that is over.
TEST(core_memory, an_alert_of_an_earlier_life_is_deleted_at_once_unless_it_holds) {
  saved disk;
  core_memory memory({});
  auto all = made("svc", {"a", "b"});
  model::alert one{.entity = "svc:a", .instance = all.instance.id, .code = "crash-loop"};
  model::alert other{.entity = "svc:b", .instance = all.instance.id, .code = "unhealthy"};
  all.put(one);
  all.put(other);
  disk.add(memory.complete(all, noon));

  core_memory next(disk.all());
  all = made("svc", {"a", "b"});
  all.put(other);
  disk.add(next.complete(all, noon + 1));
  EXPECT_THAT(words(all), UnorderedElementsAre("DEL Alert " + id_of(one).value));

  core_memory last(disk.all());  // and again at each connection, until it holds once more
  all = made("svc", {"a", "b"});
  all.put(one);
  all.put(other);
  disk.add(last.complete(all, noon + 2));
  EXPECT_THAT(all.leftovers, IsEmpty());
}

TEST(core_memory, what_is_left_over_is_deleted_after_a_long_time) {
  saved disk;
  core_memory memory({});
  auto all = made("old", {"a"});
  disk.add(memory.complete(all, noon));
  core_memory next(disk.all());
  all = made("new", {});
  disk.add(next.complete(all, noon));
  EXPECT_FALSE(next.delete_gone_before(noon, noon + 5)) << "not yet";
  EXPECT_TRUE(next.delete_gone_before(noon + 1, noon + 5));
  const auto change = next.complete(all, noon + 5);
  EXPECT_EQ(change.entities.size(), 4U);
  EXPECT_THAT(words(all), UnorderedElementsAre("DEL Target old:a", "DEL Action old:a:run",
                                               testing::StartsWith("DEL Instance "),
                                               testing::StartsWith("DEL TargetStatus ")));
}

TEST(core_memory, forgets_the_longest_deleted_above_the_limit) {
  saved disk;
  core_memory memory({});
  std::vector<std::string> names;
  for (std::size_t at = 0; at < core_memory::deleted_max; ++at) {
    names.push_back("t" + std::to_string(at));
  }
  auto all = made("svc", names);
  disk.add(memory.complete(all, noon));
  all = made("svc", {});
  disk.add(memory.complete(all, noon + 1));
  EXPECT_EQ(all.leftovers.size(), core_memory::deleted_max);
  EXPECT_EQ(disk.all().size(), core_memory::deleted_max + 2);
}

TEST(core_memory, save_all_gives_everything_again) {
  core_memory memory({});
  auto all = made("svc", {"a"});
  (void)memory.complete(all, noon);
  memory.save_all();
  EXPECT_EQ(memory.complete(all, noon).entities.size(), 5U);
  EXPECT_TRUE(memory.complete(all, noon).empty());
}

}  // namespace
}  // namespace gantry::fleet
