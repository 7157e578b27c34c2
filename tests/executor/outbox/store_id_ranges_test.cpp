#include "executor/outbox/store_id_ranges.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/seed.hpp"

namespace gantry::outbox {
namespace {

TEST(IdRanges, GivesAndForgetsTheLowest) {
  id_ranges ranges(1'000);
  for (const row_id id : {1, 2, 3, 7, 8, 20}) EXPECT_TRUE(ranges.add(id));
  EXPECT_EQ(ranges.lowest(4), (std::vector<row_id>{1, 2, 3, 7}));
  ranges.remove_through(2);
  EXPECT_EQ(ranges.lowest(9), (std::vector<row_id>{3, 7, 8, 20}));
  ranges.remove_through(7);
  EXPECT_EQ(ranges.lowest(9), (std::vector<row_id>{8, 20}));
  ranges.remove_through(15);
  EXPECT_EQ(ranges.lowest(9), (std::vector<row_id>{20}));
  ranges.remove_through(20);
  EXPECT_TRUE(ranges.empty());
}

TEST(IdRanges, IsASet) {
  for (const std::uint64_t seed : test::seeds(200)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    id_ranges ranges(1'000);
    std::set<row_id> model;
    for (int steps = 0; steps < 60; ++steps) {
      const auto id = static_cast<row_id>(1 + dice.upto(40));
      EXPECT_EQ(ranges.add(id), model.insert(id).second);
      for (row_id each = 0; each < 44; ++each) {
        ASSERT_EQ(ranges.contains(each), model.count(each) == 1) << each;
        ASSERT_EQ(model.count(ranges.end_of(each)), 0U);
      }
      std::set<row_id> visited;
      for (const row_id each : ranges.lowest(1'000)) visited.insert(each);
      ASSERT_EQ(visited, model);
    }
    EXPECT_FALSE(ranges.empty());
    ranges.clear();
    EXPECT_TRUE(ranges.empty());
  }
}

TEST(IdRanges, ForgetTheLowest) {
  id_ranges ranges(2);
  for (const row_id id : {5, 7, 9}) ranges.add(id);
  EXPECT_FALSE(ranges.contains(5));
  EXPECT_TRUE(ranges.contains(7));
  EXPECT_TRUE(ranges.contains(9));
}

}  // namespace
}  // namespace gantry::outbox
