#include "executor/fleet/selection.hpp"

#include <gtest/gtest.h>

#include "tests/executor/fleet/containers.hpp"

namespace gantry::fleet {
namespace {

bool is_selected(const engine::container_summary& each, const selection& selection) {
  return fleet::is_selected(each, selection, {.container = "", .service = "gantry-here"});
}

TEST(Selection, LetsEverythingPassWhenNothingIsChosen) {
  EXPECT_TRUE(is_selected(container("1", "clock"), {}));
}

TEST(Selection, ChoosesByName) {
  const selection chosen{
      .names = {"web-*", "db[12]", "?"}, .labels = {}, .images = {}, .projects = {}};
  EXPECT_TRUE(is_selected(container("1", "web-7"), chosen));
  EXPECT_TRUE(is_selected(container("1", "db2"), chosen));
  EXPECT_TRUE(is_selected(container("1", "x"), chosen));
  EXPECT_FALSE(is_selected(container("1", "db3"), chosen));
  EXPECT_FALSE(is_selected(container("1", "my-web-7"), chosen));
}

TEST(Selection, ChoosesByLabelAndItsValue) {
  selection chosen;
  chosen.labels = {"role", "tier=fr*", "a.*=b=c"};
  EXPECT_TRUE(is_selected(container("1", "x", {{"role", ""}}), chosen));
  EXPECT_TRUE(is_selected(container("1", "x", {{"tier", "front"}}), chosen));
  EXPECT_TRUE(is_selected(container("1", "x", {{"a.z", "b=c"}}), chosen));
  EXPECT_FALSE(is_selected(container("1", "x", {{"tier", "back"}}), chosen));
  EXPECT_FALSE(is_selected(container("1", "x", {{"roles", "role"}}), chosen));
  EXPECT_FALSE(is_selected(container("1", "x"), chosen));
}

TEST(Selection, ChoosesByImageWithItsSlashes) {
  selection chosen;
  chosen.images = {"registry.local/*:2"};
  auto each = container("1", "x");
  each.image = "registry.local/team/app:2";
  EXPECT_TRUE(is_selected(each, chosen));
  each.image = "registry.local/team/app:3";
  EXPECT_FALSE(is_selected(each, chosen));
}

TEST(Selection, ChoosesByComposeProject) {
  selection chosen;
  chosen.projects = {"sh?p"};
  EXPECT_TRUE(is_selected(container("1", "x", compose("shop", "web")), chosen));
  EXPECT_FALSE(is_selected(container("1", "x", compose("shops", "web")), chosen));
  EXPECT_FALSE(is_selected(container("1", "shop"), chosen));
}

TEST(Selection, AsksForAllThatIsGiven) {
  selection chosen;
  chosen.names = {"web*"};
  chosen.projects = {"shop"};
  EXPECT_TRUE(is_selected(container("1", "web1", compose("shop", "web")), chosen));
  EXPECT_FALSE(is_selected(container("1", "web1"), chosen));
  EXPECT_FALSE(is_selected(container("1", "db", compose("shop", "db")), chosen));
}

TEST(Selection, LeavesOutWhatAsksToBeIgnored) {
  selection chosen;
  chosen.names = {"*"};
  EXPECT_FALSE(is_selected(container("1", "x", {{"gantry.ignore", "true"}}), chosen));
  EXPECT_TRUE(is_selected(container("1", "x", {{"gantry.ignore", "false"}}), chosen));
}

TEST(Selection, LeavesOutTheRunsOfOtherGantrysSlots) {
  const selection all;
  labels of_a_run = {
      {"gantry.slot", "echo"}, {"gantry.run", "echo-1"}, {"gantry.service", "gantry-other"}};
  EXPECT_FALSE(is_selected(container("1", "gantry-other.echo-1", of_a_run), all));
  EXPECT_TRUE(is_selected(container("1", "copy", of_a_run), all)) << "of a committed image";
  of_a_run["gantry.service"] = "gantry-here";  // of a slot that is not there any more
  EXPECT_TRUE(is_selected(container("1", "gantry-here.echo-1", of_a_run), all));
}

TEST(Selection, LeavesOutTheContainerThatWeRunIn) {
  selection chosen;
  chosen.names = {"gantry"};
  EXPECT_FALSE(fleet::is_selected(container("self", "gantry"), chosen,
                                  {.container = "self", .service = ""}));
  EXPECT_TRUE(fleet::is_selected(container("other", "gantry"), chosen,
                                 {.container = "self", .service = ""}));
}

}  // namespace
}  // namespace gantry::fleet
