#include "model/catalogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/item_json.hpp"
#include "samples.hpp"

namespace gantry::model {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "SET Target s:a": one step in words.
std::string in_words(const change& step) {
  return std::string(step.type == change_type::set ? "SET " : "DEL ") +
         std::string(item_type(step.item)) + " " + id_of(step.item);
}

std::vector<std::string> in_words(const std::vector<change>& steps) {
  std::vector<std::string> out;
  for (const change& each : steps) out.push_back(in_words(each));
  return out;
}

target make_target(const std::string& name, std::vector<target_id> parents = {}) {
  return {.id = target_id("s:" + name), .name = name, .parent_targets = std::move(parents)};
}
action make_action(const std::string& target, const std::string& name) {
  return {.id = action_id(target + ":" + name), .name = name, .target = target_id(target)};
}
emitter make_emitter(const std::string& target, const std::string& name) {
  return {.id = emitter_id(target + ":" + name), .name = name, .target = target_id(target)};
}
target_status make_status(const std::string& target, liveness status) {
  return {.target = target_id(target), .instance = instance_id("m:s"), .status = status};
}

alert make_alert(const std::string& target) {
  return {.entity = target, .instance = instance_id("m:s"), .code = "crash-loop"};
}

catalogue host() {
  catalogue out;
  out.machine = {.id = machine_id("m"), .name = "m"};
  out.instance = {.id = instance_id("m:s"), .machine = machine_id("m")};
  return out;
}

// A group named so that its members come before it in the alphabet.
catalogue with_a_group() {
  catalogue out = host();
  out.put(make_target("z-group"));
  out.put(make_target("a-member", {target_id("s:z-group")}));
  out.put(make_action("s:a-member", "run"));
  out.put(make_emitter("s:a-member", "output"));
  out.put(make_status("s:a-member", liveness::online));
  out.put(make_alert("s:a-member"));
  return out;
}

TEST(publication, names_nothing_before_it_is_there) {
  EXPECT_THAT(in_words(publication(with_a_group())),
              ElementsAre("SET Machine m", "SET Instance m:s", "SET Target s:z-group",
                          "SET Target s:a-member", "SET Action s:a-member:run",
                          "SET Emitter s:a-member:output", "SET TargetStatus m:s:s:a-member",
                          "SET Alert s:a-memberm:s"));
}

TEST(difference, of_equal_catalogues_is_empty) {
  EXPECT_THAT(difference(with_a_group(), with_a_group()), IsEmpty());
  EXPECT_THAT(difference({}, {}), IsEmpty());
}

TEST(difference, ignores_last_updated) {
  catalogue later = with_a_group();
  later.targets.at(target_id("s:a-member")).last_updated = "2030-01-01T00:00:00Z";
  EXPECT_THAT(difference(with_a_group(), later), IsEmpty());
}

TEST(difference, holds_only_what_changed) {
  catalogue later = with_a_group();
  later.put(make_status("s:a-member", liveness::offline));
  later.instance.message = "the engine does not answer";
  EXPECT_THAT(in_words(difference(with_a_group(), later)),
              ElementsAre("SET Instance m:s", "SET TargetStatus m:s:s:a-member"));
}

TEST(difference, sets_the_new_item_and_deletes_the_full_last_one) {
  catalogue before = host();
  before.put(sample::an_action());
  catalogue after = host();
  after.put(sample::an_emitter());
  EXPECT_THAT(difference(before, after),
              ElementsAre(change{change_type::set, sample::an_emitter()},
                          change{change_type::del, sample::an_action()}));
}

TEST(difference, deletes_what_hangs_on_something_before_it) {
  EXPECT_THAT(in_words(difference(with_a_group(), {})),
              ElementsAre("DEL Alert s:a-memberm:s", "DEL TargetStatus m:s:s:a-member",
                          "DEL Emitter s:a-member:output", "DEL Action s:a-member:run",
                          "DEL Target s:a-member", "DEL Target s:z-group", "DEL Instance m:s",
                          "DEL Machine m"));
}

TEST(difference, lets_a_target_drop_its_parent_before_that_is_deleted) {
  catalogue after = with_a_group();
  after.targets.erase(target_id("s:z-group"));
  after.put(make_target("a-member"));
  EXPECT_THAT(in_words(difference(with_a_group(), after)),
              ElementsAre("SET Target s:a-member", "DEL Target s:z-group"));
}

TEST(difference, makes_a_new_parent_before_a_known_target_moves_below_it) {
  catalogue after = with_a_group();
  after.put(make_target("zz-other"));
  after.put(make_target("a-member", {target_id("s:zz-other")}));
  EXPECT_THAT(in_words(difference(with_a_group(), after)),
              ElementsAre("SET Target s:zz-other", "SET Target s:a-member"));
}

TEST(difference, turns_parent_and_child_around) {
  catalogue after = host();
  after.put(make_target("a-member"));
  after.put(make_target("z-group", {target_id("s:a-member")}));
  catalogue before = with_a_group();
  before.actions.clear();
  before.emitters.clear();
  before.statuses.clear();
  before.alerts.clear();
  EXPECT_THAT(in_words(difference(before, after)),
              ElementsAre("SET Target s:a-member", "SET Target s:z-group"));
}

TEST(difference, ends_with_a_ring_of_parents) {
  catalogue ring = host();
  ring.put(make_target("a", {target_id("s:b")}));
  ring.put(make_target("b", {target_id("s:a")}));
  ring.put(make_target("c", {target_id("s:c")}));
  EXPECT_EQ(publication(ring).size(), 5U);
}

TEST(difference, moves_to_another_machine_and_instance) {
  catalogue after = with_a_group();
  after.machine.id = machine_id("n");
  after.instance = {.id = instance_id("n:s"), .machine = machine_id("n")};
  after.statuses.clear();
  after.alerts.clear();
  after.put(target_status{.target = target_id("s:a-member"), .instance = instance_id("n:s")});
  EXPECT_THAT(in_words(difference(with_a_group(), after)),
              ElementsAre("SET Machine n", "SET Instance n:s", "SET TargetStatus n:s:s:a-member",
                          "DEL Alert s:a-memberm:s", "DEL TargetStatus m:s:s:a-member",
                          "DEL Instance m:s", "DEL Machine m"));
}

TEST(catalogue, put_replaces_by_id) {
  catalogue all;
  all.put(make_target("a"));
  target renamed = make_target("a");
  renamed.name = "b";
  all.put(renamed);
  ASSERT_EQ(all.targets.size(), 1U);
  EXPECT_EQ(all.targets.begin()->second.name, "b");
}

TEST(item_type, is_the_class_name_of_the_wire) {
  EXPECT_EQ(item_type(machine{}), "Machine");
  EXPECT_EQ(item_type(instance{}), "Instance");
  EXPECT_EQ(item_type(target{}), "Target");
  EXPECT_EQ(item_type(action{}), "Action");
  EXPECT_EQ(item_type(emitter{}), "Emitter");
  EXPECT_EQ(item_type(target_status{}), "TargetStatus");
  EXPECT_EQ(item_type(alert{}), "Alert");
}

// What a watcher is told by its hash and what is sent are decided apart: they must agree.
TEST(difference, sends_whatever_changes_a_hash) {
  catalogue before = with_a_group();
  catalogue after = before;
  after.machine.addresses = {"10.0.0.1"};
  after.instance.client = client_id("c-2");
  after.targets.begin()->second.background = "#123456";
  after.actions.begin()->second.schema = json::text{"{}"};
  after.emitters.begin()->second.name = "other";
  ASSERT_NE(content_hash(before.targets.begin()->second),
            content_hash(after.targets.begin()->second));
  EXPECT_EQ(difference(before, after).size(), 5U);
}

// ---- Leftovers -----------------------------------------------------------------------------

leftover make_leftover(const std::string& type, const std::string& id, change_type what) {
  return {type, id, what, json::text{R"({"id":")" + id + R"("})"}};
}

void put(catalogue& into, const leftover& each) {
  into.leftovers.insert_or_assign({each.type, each.id}, each);
}

TEST(leftovers, are_told_last_and_as_they_are) {
  catalogue all;
  all.put(make_target("a"));
  put(all, make_leftover("Target", "s:old", change_type::del));
  put(all, make_leftover("TargetStatus", "s:older", change_type::set));
  const auto steps = publication(all);
  EXPECT_THAT(in_words(steps),
              ElementsAre("SET Target s:a", "SET TargetStatus s:older", "DEL Target s:old"));
  EXPECT_EQ(to_item(std::get<leftover>(steps.back().item)).bytes, R"({"id":"s:old"})");
}

// What hangs on another goes before it, also before what goes by itself.
TEST(leftovers, go_pulses_first_and_targets_last) {
  catalogue from;
  from.put(make_target("gone"));
  catalogue to;
  for (const char* type :
       {"Machine", "Instance", "Target", "TargetStatus", "Action", "Emitter", "Alert", "Pulse"}) {
    put(to, make_leftover(type, "x", change_type::del));
  }
  EXPECT_THAT(in_words(difference(from, to)),
              ElementsAre("DEL Pulse x", "DEL Target s:gone", "DEL Alert x", "DEL Emitter x",
                          "DEL Action x", "DEL TargetStatus x", "DEL Target x", "DEL Instance x",
                          "DEL Machine x"));
}

TEST(leftovers, are_told_again_only_when_they_change) {
  catalogue from;
  put(from, make_leftover("TargetStatus", "s:old", change_type::set));
  catalogue to = from;
  EXPECT_THAT(difference(from, to), IsEmpty());
  put(to, make_leftover("TargetStatus", "s:old", change_type::del));
  EXPECT_THAT(in_words(difference(from, to)), ElementsAre("DEL TargetStatus s:old"));
}

TEST(leftovers, what_is_deleted_by_the_way_is_not_deleted_twice) {
  catalogue from;
  from.put(make_target("a"));
  catalogue to;
  put(to, make_leftover("Target", "s:a", change_type::del));
  EXPECT_THAT(in_words(difference(from, to)), ElementsAre("DEL Target s:a"));
  EXPECT_THAT(in_words(publication(to)), ElementsAre("DEL Target s:a"));
}

}  // namespace
}  // namespace gantry::model
