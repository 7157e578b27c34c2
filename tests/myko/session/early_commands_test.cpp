#include "myko/session/early_commands.hpp"

#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

using std::chrono::seconds;

command named(const std::string& tx, std::size_t bytes = 2) {
  command out;
  out.tx = tx;
  out.body = {std::string(bytes, ' ')};
  return out;
}

moment at(int second) { return {std::chrono::steady_clock::time_point(seconds(second)), {}}; }

TEST(early_commands, come_out_in_their_order_with_their_times) {
  early_commands early(10, 1'000);
  EXPECT_EQ(early.oldest(), std::nullopt);
  EXPECT_TRUE(early.keep(named("a"), at(1)));
  EXPECT_TRUE(early.keep(named("b"), at(2)));
  EXPECT_EQ(early.oldest(), at(1).steady);
  const auto all = early.take_all();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].what.tx, "a");
  EXPECT_EQ(all[1].what.tx, "b");
  EXPECT_EQ(all[1].when.steady, at(2).steady);
  EXPECT_TRUE(early.take_all().empty());
}

TEST(early_commands, are_bounded_in_number_and_bytes) {
  early_commands few(2, 1'000);
  EXPECT_TRUE(few.keep(named("a"), at(1)));
  EXPECT_TRUE(few.keep(named("b"), at(1)));
  EXPECT_FALSE(few.keep(named("c"), at(1)));
  early_commands small(10, 100);
  EXPECT_TRUE(small.keep(named("a", 60), at(1)));
  EXPECT_FALSE(small.keep(named("b", 41), at(1)));
  EXPECT_TRUE(small.keep(named("c", 40), at(1)));
  EXPECT_TRUE(small.take_late(at(1).steady));
  EXPECT_TRUE(small.keep(named("d", 60), at(2)));
  (void)small.take_all();
  EXPECT_TRUE(small.keep(named("e", 100), at(3)));
}

TEST(early_commands, are_late_when_they_came_too_long_ago) {
  early_commands early(10, 1'000);
  EXPECT_FALSE(early.take_late(at(9).steady));
  EXPECT_TRUE(early.keep(named("a"), at(1)));
  EXPECT_TRUE(early.keep(named("b"), at(3)));
  EXPECT_FALSE(early.take_late(at(0).steady));
  EXPECT_EQ(early.take_late(at(2).steady)->tx, "a");
  EXPECT_FALSE(early.take_late(at(2).steady));
  EXPECT_EQ(early.take_late(at(3).steady)->tx, "b");
}

}  // namespace
}  // namespace gantry::myko
