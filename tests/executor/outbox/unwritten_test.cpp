#include "executor/outbox/unwritten.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::outbox {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

record row(row_id id, const std::string& target = "s:a") {
  record out;
  out.id = id;
  out.target = model::target_id(target);
  out.emitter = model::emitter_id(target + ":output");
  out.body = "x";
  return out;
}

batch rows(std::vector<record> all) {
  batch out;
  out.records = std::move(all);
  return out;
}

std::vector<row_id> ids_of(const batch& what) {
  std::vector<row_id> out;
  for (const record& each : what.records) out.push_back(each.id);
  return out;
}

TEST(Unwritten, KeepsTheOrderAndCountsTheBytes) {
  unwritten all;
  EXPECT_TRUE(all.empty());
  all.add(rows({row(1), row(2)}));
  all.add(rows({row(3)}));
  EXPECT_EQ(all.bytes(), 3 * cost(row(1)));
  EXPECT_THAT(ids_of(all.take()), ElementsAre(1, 2, 3));
  EXPECT_TRUE(all.empty());
  EXPECT_EQ(all.bytes(), 0U);
}

TEST(Unwritten, TakesOutWhatHasArrivedAndDeletesTheRestLater) {
  unwritten all;
  all.add(rows({row(5), row(6), row(7)}));
  all.acknowledged({4, 6, 5});
  EXPECT_EQ(all.bytes(), cost(row(7)));
  const batch out = all.take();
  EXPECT_THAT(ids_of(out), ElementsAre(7));
  EXPECT_THAT(out.acknowledged, ElementsAre(4)) << "it is on disk, or will be";
}

TEST(Unwritten, WhatArrivedIsKeptThoughNothingElseIs) {
  unwritten all;
  all.acknowledged({4});
  EXPECT_FALSE(all.empty());
  all.add(rows({row(5)}));
  all.acknowledged({3});
  EXPECT_THAT(all.take().acknowledged, UnorderedElementsAre(3, 4));
}

TEST(Unwritten, TakesTheNewerOfTwoStates) {
  unwritten all;
  batch first;
  first.containers = {{.id = "c", .path = "a", .cursor = "1", .runs = ""},
                      {.id = "d", .path = "b", .cursor = "1", .runs = ""}};
  first.seqs = {{"s:a:output", 3}};
  first.facts = {{"f", "old"}};
  first.targets = {{.path = "a", .name = "old", .group = "", .gone_since = 0}};
  first.entities = {{.type = "Target", .id = "s:a", .hash = "1", .item = {"{}"}}};
  all.add(std::move(first));
  batch second;
  second.containers = {{.id = "c", .path = "a", .cursor = "2", .runs = ""}};
  second.containers_gone = {"d"};
  second.seqs = {{"s:a:output", 5}};
  second.facts = {{"f", ""}};
  second.targets = {{.path = "a", .name = "new", .group = "", .gone_since = 0}};
  second.entities_gone = {{"Target", "s:a"}};
  all.add(std::move(second));
  const batch out = all.take();
  ASSERT_EQ(out.containers.size(), 1U);
  EXPECT_EQ(out.containers[0].cursor, "2");
  EXPECT_THAT(out.containers_gone, ElementsAre("d"));
  EXPECT_THAT(out.seqs, ElementsAre(Pair("s:a:output", 5)));
  EXPECT_THAT(out.facts, ElementsAre(Pair("f", ""))) << "which takes it away";
  ASSERT_EQ(out.targets.size(), 1U);
  EXPECT_EQ(out.targets[0].name, "new");
  EXPECT_THAT(out.entities, IsEmpty());
  EXPECT_THAT(out.entities_gone, ElementsAre(Pair("Target", "s:a")));
}

TEST(Unwritten, WhatWentAndCameBackIsThere) {
  unwritten all;
  batch first;
  first.targets_gone = {"a"};
  all.add(std::move(first));
  batch second;
  second.targets = {{.path = "a", .name = "a", .group = "", .gone_since = 0}};
  all.add(std::move(second));
  const batch out = all.take();
  EXPECT_THAT(out.targets_gone, ElementsAre("a")) << "it is taken away first";
  EXPECT_EQ(out.targets.size(), 1U);
}

// The database remembers the highest id that was used.
TEST(Unwritten, KeepsTheLastIdThoughItHasArrived) {
  unwritten all;
  all.add(rows({row(5), row(6)}));
  all.acknowledged({5, 6});
  EXPECT_EQ(all.bytes(), 0U);
  const batch out = all.take();
  EXPECT_THAT(ids_of(out), ElementsAre(6));
  EXPECT_EQ(out.records[0].body, "");
  EXPECT_THAT(out.acknowledged, ElementsAre(6)) << "so it does not stay";
  all.add(rows({row(7)}));
  EXPECT_THAT(ids_of(all.take()), ElementsAre(7));
}

// A batch drops first, and then adds.
TEST(Unwritten, OfADroppedTargetOnlyWhatComesBehindIsThere) {
  unwritten all;
  batch first = rows({row(1), row(2, "s:b"), row(3, "s:ab")});
  first.seqs = {{"s:a:output", 2}, {"s:b:output", 2}, {"s:ab:output", 2}};
  all.add(std::move(first));
  batch second = rows({row(4)});
  second.dropped_targets = {model::target_id("s:a")};
  second.seqs = {{"s:a:state", 2}};
  all.add(std::move(second));
  const batch out = all.take();
  EXPECT_THAT(ids_of(out), ElementsAre(2, 3, 4));
  EXPECT_THAT(out.dropped_targets, ElementsAre(model::target_id("s:a")));
  EXPECT_THAT(out.seqs,
              ElementsAre(Pair("s:a:state", 2), Pair("s:ab:output", 2), Pair("s:b:output", 2)));
}

}  // namespace
}  // namespace gantry::outbox
