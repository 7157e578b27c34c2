// Who belongs to whom.
#include "myko/server/relations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

row pulse(const std::string& id, const std::string& emitter, const std::string& client) {
  return {"Pulse", {id, "", {}}, {emitter, client}};
}

TEST(relations, name_the_links_of_a_type) {
  ASSERT_EQ(links_of("Pulse").size(), 2U);
  EXPECT_EQ(links_of("Pulse")[0].field, "emitterId");
  EXPECT_EQ(links_of("Pulse")[1].parent, "Client");
  EXPECT_TRUE(links_of("Target").empty());
  EXPECT_TRUE(links_of("Machine").empty());
}

TEST(relations, find_children_by_each_parent) {
  relations links;
  links.set(pulse("p", "e", "c"));
  links.set(pulse("q", "e", "d"));
  EXPECT_THAT(links.of("Emitter", {"e"}), ElementsAre(Pair("Pulse", ElementsAre("p", "q"))));
  EXPECT_THAT(links.of("Client", {"c"}), ElementsAre(Pair("Pulse", ElementsAre("p"))));
  EXPECT_THAT(links.of("Client", {"c", "d"}), ElementsAre(Pair("Pulse", ElementsAre("p", "q"))));
  EXPECT_THAT(links.of("Target", {"e"}), IsEmpty());
}

TEST(relations, follow_a_child_that_changes_its_parent) {
  relations links;
  links.set(pulse("p", "e", "c"));
  links.set(pulse("p", "f", ""));
  EXPECT_THAT(links.of("Emitter", {"e"}), IsEmpty());
  EXPECT_THAT(links.of("Client", {"c", ""}), IsEmpty());
  EXPECT_THAT(links.of("Emitter", {"f"}), ElementsAre(Pair("Pulse", ElementsAre("p"))));
}

TEST(relations, forget_a_child_that_is_gone) {
  relations links;
  links.set(pulse("p", "e", "c"));
  links.erase("Pulse", "p");
  links.erase("Pulse", "p");
  EXPECT_THAT(links.of("Emitter", {"e"}), IsEmpty());
}

}  // namespace
}  // namespace gantry::myko
