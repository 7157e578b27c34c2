#include "executor/fleet/roster.hpp"

#include <gmock/gmock.h>

#include "tests/executor/fleet/containers.hpp"
#include "tests/support/seed.hpp"

namespace gantry::fleet {
namespace {

using model::target;
using model::target_id;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

instance_identity self() {
  instance_identity out;
  out.machine.id = model::machine_id("host");
  out.instance.service = model::service_id("svc");
  out.instance.id = model::make_instance_id(out.machine.id, out.instance.service);
  out.engine_name = "Containers on host";
  return out;
}

roster make_roster(selection chosen = {}) {
  roster out(self(), std::move(chosen), "own");
  out.set_engine(engine_state::answers, "");
  return out;
}

const target& at(const model::catalogue& all, const std::string& path) {
  return all.targets.at(target_id("svc:" + path));
}

bool online(const model::catalogue& all, const std::string& path) {
  const auto id = model::make_status_id(all.instance.id, target_id("svc:" + path));
  return all.statuses.at(id).status == model::liveness::online;
}

std::vector<std::string> names(const auto& ids) {
  std::vector<std::string> out;
  for (const auto& each : ids) out.push_back(each.value.substr(each.value.rfind(':') + 1));
  return out;
}

auto remembered(const char* path, const char* name, const char* group, std::int64_t gone_since) {
  return testing::Pair(path, outbox::saved_target{path, name, group, gone_since});
}

// Every id that is named is there, and says the same from its side.
void expect_truth(const model::catalogue& all) {
  for (const auto& [id, each] : all.targets) {
    SCOPED_TRACE(id.value);
    EXPECT_EQ(id, each.id);
    EXPECT_FALSE(each.name.empty());
    EXPECT_FALSE(each.category.empty());
    EXPECT_THAT(each.background, testing::MatchesRegex("#[0-9a-f]{6}"));
    EXPECT_THAT(each.foreground, testing::MatchesRegex("#[0-9a-f]{6}"));
    EXPECT_EQ(each.root_level, each.parent_targets.empty());
    for (const auto& action : each.actions) EXPECT_EQ(all.actions.at(action).target, id);
    for (const auto& emitter : each.emitters) EXPECT_EQ(all.emitters.at(emitter).target, id);
    for (const auto& sub : each.sub_targets) {
      EXPECT_THAT(all.targets.at(sub).parent_targets, ElementsAre(id));
    }
    for (const auto& parent : each.parent_targets) {
      EXPECT_THAT(all.targets.at(parent).sub_targets, testing::Contains(id));
    }
    EXPECT_TRUE(all.statuses.contains(model::make_status_id(all.instance.id, id)));
  }
  EXPECT_EQ(all.statuses.size(), all.targets.size());
  for (const auto& [id, each] : all.actions) {
    EXPECT_THAT(all.targets.at(each.target).actions, testing::Contains(id));
    EXPECT_TRUE(each.schema);
  }
  for (const auto& [id, each] : all.emitters) {
    EXPECT_THAT(all.targets.at(each.target).emitters, testing::Contains(id));
    EXPECT_TRUE(each.schema);
  }
}

TEST(Roster, PublishesTheEngineItsGroupsAndItsContainers) {
  roster roster = make_roster();
  roster.set_containers({container("1", "clock"), container("2", "x", compose("shop", "web")),
                         container("3", "y", compose("shop", "db"))});
  const auto all = roster.catalogue("now");
  expect_truth(all);
  EXPECT_EQ(at(all, "engine").name, "Containers on host");
  EXPECT_TRUE(at(all, "engine").root_level);
  EXPECT_THAT(names(at(all, "engine").sub_targets),
              UnorderedElementsAre("project/shop", "container/clock"));
  EXPECT_THAT(names(at(all, "engine").actions), ElementsAre("refresh", "forget"));
  EXPECT_THAT(names(at(all, "project/shop").sub_targets),
              UnorderedElementsAre("container/shop/web/1", "container/shop/db/1"));
  EXPECT_THAT(names(at(all, "project/shop").actions),
              ElementsAre("run", "stop", "restart", "pause", "unpause"));
  EXPECT_THAT(names(at(all, "container/clock").actions),
              ElementsAre("run", "stop", "restart", "pause", "unpause"));
  EXPECT_THAT(names(at(all, "container/clock").emitters),
              ElementsAre("output", "run", "stop", "finish", "state", "health", "alerts"));
  EXPECT_THAT(names(at(all, "engine").emitters), ElementsAre("engine", "alerts"));
  EXPECT_THAT(at(all, "project/shop").emitters, testing::IsEmpty());
  EXPECT_EQ(at(all, "container/clock").category, "container");
  EXPECT_EQ(at(all, "project/shop").category, "project");
  EXPECT_EQ(at(all, "engine").category, "engine");
  for (const auto& [id, status] : all.statuses) EXPECT_EQ(status.status, model::liveness::online);
}

// Somebody must be able to stop it; what is over is nobody's.
TEST(Roster, TakesTheRunOfASlotThatIsNoMoreOnlyWhileItGoesOn) {
  const labels of_a_run{
      {"gantry.slot", "echo"}, {"gantry.run", "echo-1"}, {"gantry.service", "svc"}};
  auto run = container("1", "svc.echo-1", of_a_run);
  roster roster = make_roster();
  for (const auto state : {engine::container_state::exited, engine::container_state::created,
                           engine::container_state::dead}) {
    run.state = state;
    EXPECT_FALSE(roster.set_containers({run}));
    EXPECT_FALSE(roster.set_container(run));
  }
  run.state = engine::container_state::restarting;
  EXPECT_TRUE(roster.set_containers({run}));
  EXPECT_TRUE(online(roster.catalogue("now"), "container/svc.echo-1"));
  run.state = engine::container_state::exited;
  EXPECT_FALSE(roster.set_containers({run})) << "it is known: it stays until it is removed";
  EXPECT_TRUE(online(roster.catalogue("now"), "container/svc.echo-1"));
  EXPECT_TRUE(roster.set_containers({}));
  EXPECT_FALSE(online(roster.catalogue("now"), "container/svc.echo-1"));

  auto copy = container("2", "copy", of_a_run);
  copy.state = engine::container_state::exited;
  EXPECT_TRUE(roster.set_containers({copy})) << "made of an image that was committed of a run";
}

TEST(Roster, LeavesOutWhatIsNotSelected) {
  selection chosen;
  chosen.names = {"c*"};
  roster roster = make_roster(chosen);
  roster.set_containers({container("1", "clock"), container("2", "dock"), container("own", "c")});
  EXPECT_EQ(roster.catalogue("now").targets.size(), 2U);
  EXPECT_FALSE(roster.set_container(container("own", "c")));
  EXPECT_EQ(roster.of_container("own"), nullptr);
}

TEST(Roster, SetsOfflineWhatIsGoneAndTakesItBack) {
  roster roster = make_roster();
  EXPECT_TRUE(roster.set_containers({container("1", "x", compose("shop", "web"))}));
  EXPECT_FALSE(roster.set_containers({container("1", "x", compose("shop", "web"))}));
  EXPECT_TRUE(roster.remove_container("1"));
  EXPECT_FALSE(roster.remove_container("1"));
  auto all = roster.catalogue("now");
  expect_truth(all);
  EXPECT_FALSE(online(all, "container/shop/web/1"));
  EXPECT_FALSE(online(all, "project/shop"));
  EXPECT_EQ(roster.of_container("1"), nullptr);
  EXPECT_TRUE(roster.set_container(container("2", "x", compose("shop", "web"))));
  all = roster.catalogue("now");
  EXPECT_TRUE(online(all, "container/shop/web/1"));
  EXPECT_TRUE(online(all, "project/shop"));
  EXPECT_EQ(roster.of_path("container/shop/web/1")->container, "2");
}

TEST(Roster, MakesAnotherTargetOfAContainerThatIsRenamed) {
  roster roster = make_roster();
  roster.set_containers({container("1", "clock")});
  EXPECT_TRUE(roster.set_container(container("1", "watch")));
  const auto all = roster.catalogue("now");
  expect_truth(all);
  EXPECT_FALSE(online(all, "container/clock"));
  EXPECT_TRUE(online(all, "container/watch"));
}

TEST(Roster, SetsEverythingOfflineWhileTheEngineIsAway) {
  roster roster = make_roster();
  roster.set_containers({container("1", "x", compose("shop", "web"))});
  roster.set_engine(engine_state::away, "it is away");
  auto all = roster.catalogue("now");
  for (const auto& [id, status] : all.statuses) EXPECT_EQ(status.status, model::liveness::offline);
  EXPECT_EQ(all.instance.status, model::instance_status::error);
  EXPECT_EQ(all.instance.message, "it is away");
  roster.set_engine(engine_state::answers, "");
  all = roster.catalogue("now");
  for (const auto& [id, status] : all.statuses) EXPECT_EQ(status.status, model::liveness::online);
  EXPECT_EQ(all.instance.status, model::instance_status::available);
}

TEST(Roster, RemembersTargetsOfAnEarlierLife) {
  roster roster = make_roster();
  roster.set_time(5'000);
  roster.remember({{"container/clock", "clock", "", 0},
                   {"container/shop/db/1", "db", "shop", 1'234},
                   {"container/shop/web/1", "web", "shop", 0}});
  EXPECT_EQ(roster.of_path("container/shop/db/1")->gone_since, 1'234) << "as it was";
  EXPECT_EQ(roster.of_path("container/shop/web/1")->gone_since, 5'000) << "gone since we know";
  roster.set_containers({container("1", "clock")});
  const auto all = roster.catalogue("now");
  expect_truth(all);
  EXPECT_TRUE(online(all, "container/clock"));
  EXPECT_FALSE(online(all, "container/shop/web/1"));
  EXPECT_THAT(roster.to_remember(),
              ElementsAre(remembered("container/clock", "clock", "", 0),
                          remembered("container/shop/db/1", "db", "shop", 1'234),
                          remembered("container/shop/web/1", "web", "shop", 5'000)));
}

TEST(Roster, RemembersNothingOverWhatItHasSeen) {
  roster roster = make_roster();
  roster.set_containers({container("1", "clock")});
  roster.remember({{"container/clock", "old clock", "", 1'234}});
  EXPECT_THAT(roster.to_remember(), ElementsAre(remembered("container/clock", "clock", "", 0)));
}

TEST(Roster, KnowsSinceWhenATargetIsGone) {
  roster roster = make_roster();
  const auto gone_since = [&] { return roster.of_path("container/clock")->gone_since; };
  roster.set_time(1'000);
  roster.set_containers({container("1", "clock")});
  EXPECT_EQ(gone_since(), 0);
  roster.set_time(2'000);
  roster.remove_container("1");
  EXPECT_EQ(gone_since(), 2'000);
  roster.set_time(3'000);
  roster.set_containers({});
  roster.remember({{"container/clock", "clock", "", 0}});
  EXPECT_EQ(gone_since(), 2'000) << "it went only once";
  roster.set_container(container("2", "clock"));
  EXPECT_EQ(gone_since(), 0);
}

TEST(Roster, ForgetsAGoneTargetThatItIsAskedToForget) {
  roster roster = make_roster();
  roster.set_containers({container("1", "clock"), container("2", "watch")});
  roster.remove_container("1");
  EXPECT_FALSE(roster.forget("container/watch")) << "it is there";
  EXPECT_FALSE(roster.forget("container/nobody"));
  EXPECT_TRUE(roster.forget("container/clock"));
  EXPECT_FALSE(roster.forget("container/clock"));
  EXPECT_EQ(roster.of_path("container/clock"), nullptr);
  EXPECT_THAT(roster.to_remember(), ElementsAre(remembered("container/watch", "watch", "", 0)));
  expect_truth(roster.catalogue("now"));
}

TEST(Roster, ForgetsWhatIsGoneSinceLong) {
  roster roster = make_roster();
  roster.remember({{"container/a", "a", "", 100}, {"container/b", "b", "", 200}});
  roster.set_containers({container("1", "here")});
  EXPECT_FALSE(roster.forget_gone_before(100));
  EXPECT_TRUE(roster.forget_gone_before(101));
  EXPECT_FALSE(roster.forget_gone_before(101));
  EXPECT_EQ(roster.of_path("container/a"), nullptr);
  EXPECT_NE(roster.of_path("container/b"), nullptr);
  EXPECT_TRUE(roster.forget_gone_before(1'000'000));
  EXPECT_THAT(roster.to_remember(), ElementsAre(remembered("container/here", "here", "", 0)));
}

TEST(Roster, KnowsWhenAContainerWasMade) {
  roster roster = make_roster();
  roster.set_containers({container("1", "clock", {}, 17)});
  EXPECT_EQ(roster.created("1"), 17);
  EXPECT_EQ(roster.created("2"), 0);
}

TEST(Roster, ForgetsTheLongestGone) {
  roster roster = make_roster();
  roster.remember({{"container/old", "old", "", 0}});
  std::vector<engine::container_summary> all;
  for (std::size_t each = 0; each <= roster::gone_max; ++each) {
    all.push_back(container("id" + std::to_string(each), "job" + std::to_string(each)));
  }
  roster.set_containers(all);
  EXPECT_EQ(roster.members().size(), roster::gone_max + 2);
  roster.set_time(2);
  roster.remove_container("id5");
  EXPECT_NE(roster.of_path("container/old"), nullptr);
  roster.set_time(3);
  roster.set_containers({});
  EXPECT_EQ(roster.members().size(), roster::gone_max);
  EXPECT_EQ(roster.of_path("container/old"), nullptr);
  EXPECT_EQ(roster.of_path("container/job5"), nullptr);
  expect_truth(roster.catalogue("now"));
}

// At the start none of them is there: who is gone, the first list tells.
TEST(Roster, ForgetsNoneBeforeItKnowsWhichAreGone) {
  roster roster = make_roster();
  std::vector<engine::container_summary> all;
  std::vector<outbox::saved_target> known;
  for (std::size_t each = 0; each < roster::gone_max + 5; ++each) {
    const std::string name = "job" + std::to_string(each);
    all.push_back(container("id" + std::to_string(each), name));
    known.push_back({"container/" + name, name, "", 0});
  }
  roster.remember(known);
  EXPECT_EQ(roster.members().size(), roster::gone_max + 5);
  roster.set_containers(all);
  EXPECT_EQ(roster.members().size(), roster::gone_max + 5);
  roster.set_containers({});
  EXPECT_EQ(roster.members().size(), roster::gone_max);
}

TEST(Roster, StampsATargetWhenItChangesAndOnlyThen) {
  roster roster = make_roster();
  roster.set_containers({container("1", "clock")});
  (void)roster.catalogue("first");
  roster.set_container(container("2", "watch"));
  const auto all = roster.catalogue("second");
  EXPECT_EQ(at(all, "container/clock").last_updated, "first");
  EXPECT_EQ(at(all, "container/watch").last_updated, "second");
  EXPECT_EQ(at(all, "engine").last_updated, "second");
}

TEST(Roster, KeepsWhatAListIsTooOldToKnow) {
  roster roster = make_roster();
  roster.set_containers({container("1", "clock"), container("2", "watch")});
  EXPECT_FALSE(roster.set_containers({container("1", "clock")}, {"2", "3"}));
  EXPECT_TRUE(roster.knows("2"));
  EXPECT_FALSE(roster.knows("3"));
}

// Docker lists an image by its digest once its name was given to a newer one.
TEST(Roster, KeepsAContainerWhoseImageLostItsName) {
  selection chosen;
  chosen.images = {"busybox*"};
  roster roster = make_roster(chosen);
  roster.set_containers({container("1", "clock")});
  auto listed = container("1", "clock");
  listed.image = "sha256:0123";
  EXPECT_FALSE(roster.set_containers({listed}));
  EXPECT_NE(roster.of_container("1"), nullptr);
}

TEST(Roster, KnowsAContainerThatComposeReplacesThoughItIsNotPublished) {
  roster roster = make_roster();
  roster.set_containers({container("1", "shop-web-1", compose("shop", "web"), 1)});
  roster.set_container(container(
      "2", "ab_x", with(compose("shop", "web"), "com.docker.compose.replace", "web-1"), 2));
  EXPECT_TRUE(roster.knows("1"));
  EXPECT_EQ(roster.of_container("1"), nullptr);
  EXPECT_EQ(roster.members().size(), 1U);
}

TEST(RosterProperty, TellsTheTruthWhateverHappens) {
  for (const auto seed : test::seeds(40)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    roster roster = make_roster();
    const auto any = [&] {
      const std::string name(1, static_cast<char>('a' + dice.upto(4)));
      auto made = dice.one_in(2) ? compose("p" + std::to_string(dice.upto(1)), name) : labels{};
      if (dice.one_in(4)) made["com.docker.compose.replace"] = "x";
      if (dice.one_in(6)) made["com.docker.compose.oneoff"] = "True";
      return container(std::to_string(dice.upto(9)), dice.one_in(9) ? "" : name, made,
                       static_cast<std::int64_t>(dice.upto(3)));
    };
    for (int step = 0; step < 40; ++step) {
      const auto before = roster.members();
      bool changed = false;
      if (dice.one_in(4)) {
        std::vector<engine::container_summary> all;
        for (std::size_t each = dice.upto(6); each > 0; --each) all.push_back(any());
        changed = roster.set_containers(all);
      } else if (dice.one_in(3)) {
        changed = roster.remove_container(std::to_string(dice.upto(9)));
      } else {
        changed = roster.set_container(any());
      }
      EXPECT_EQ(changed, before != roster.members());
      for (const auto& [path, member] : before) EXPECT_TRUE(roster.members().contains(path));
      for (const auto& [path, member] : roster.members()) {
        if (member.container.empty()) continue;
        ASSERT_NE(roster.of_container(member.container), nullptr);
        EXPECT_EQ(roster.of_container(member.container)->who.path, path);
      }
      expect_truth(roster.catalogue("now"));
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace gantry::fleet
