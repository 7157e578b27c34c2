// Which events wait, for how long, and what comes out together.
#include "myko/server/ingest_window.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

row_event event(const std::string& type, const std::string& id) {
  return {change_type::set, {type, {id, "", {"{}"}}, {}}};
}

std::vector<std::string> ids_of(const std::vector<row_event>& events) {
  std::vector<std::string> out;
  for (const row_event& each : events) out.push_back(each.of.kept.id);
  return out;
}

class window : public testing::Test {
 protected:
  ingest_window::time_point at(int ms) { return start + milliseconds(ms); }

  ingest_window::time_point start{std::chrono::hours(1)};
  ingest_window held{100};
};

TEST_F(window, holds_six_types_and_no_other) {
  for (const char* type :
       {"Action", "ActionStatus", "Emitter", "EmitterStatus", "Target", "TargetStatus"}) {
    EXPECT_TRUE(ingest_window::holds(type)) << type;
  }
  for (const char* type : {"Instance", "Pulse", "Machine", "TargetLayout", "EventTrack", ""}) {
    EXPECT_FALSE(ingest_window::holds(type)) << type;
  }
}

TEST_F(window, gives_back_together_what_came_within_100_ms_of_the_first) {
  ASSERT_TRUE(held.add(event("Target", "a"), at(0)));
  ASSERT_TRUE(held.add(event("Target", "b"), at(99)));
  EXPECT_EQ(held.next_end(), at(100));
  EXPECT_THAT(held.take(at(99)), IsEmpty());
  const auto out = held.take(at(100));
  ASSERT_EQ(out.size(), 1U);
  EXPECT_THAT(ids_of(out[0]), ElementsAre("a", "b"));
  EXPECT_EQ(held.next_end(), std::nullopt);
  EXPECT_THAT(held.take(at(1'000)), IsEmpty());
}

TEST_F(window, opens_one_for_each_type) {
  ASSERT_TRUE(held.add(event("Target", "t"), at(10)));
  ASSERT_TRUE(held.add(event("Action", "a"), at(50)));
  ASSERT_TRUE(held.add(event("Target", "u"), at(60)));
  EXPECT_EQ(held.next_end(), at(110));
  EXPECT_EQ(held.take(at(110)).size(), 1U);
  EXPECT_EQ(held.next_end(), at(150));
  ASSERT_TRUE(held.add(event("Target", "v"), at(120)));
  const auto both = held.take(at(500));
  ASSERT_EQ(both.size(), 2U);
  EXPECT_THAT(ids_of(both[0]), ElementsAre("a"));
  EXPECT_THAT(ids_of(both[1]), ElementsAre("v"));
}

TEST_F(window, takes_no_more_than_fits) {
  ingest_window small(3);
  EXPECT_TRUE(small.add(event("Target", "a"), at(0)));
  EXPECT_FALSE(small.add(event("Target", "b"), at(0)));
  (void)small.take(at(100));
  EXPECT_TRUE(small.add(event("Target", "b"), at(100)));
}

}  // namespace
}  // namespace gantry::myko
