#include "executor/engine/skipped_items.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace gantry::engine {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(skipped_items, are_told_once_of_each_kind_and_counted) {
  std::vector<std::string> said;
  skipped_items skipped("the engine at unix:///x", [&](log_level level, const std::string& text) {
    EXPECT_EQ(level, log_level::warning);
    said.push_back(text);
  });
  for (int count = 0; count < 9; ++count) skipped.add(item_kind::event, "it has no Action");
  skipped.add(item_kind::log_frame, 0, "nothing");
  EXPECT_THAT(said, ElementsAre("the engine at unix:///x sent an event that gantry passes over: it "
                                "has no Action. What else of the kind comes is counted"));
  skipped.add(item_kind::list_entry, "no Id");
  EXPECT_THAT(said, SizeIs(2));
  EXPECT_EQ(skipped.count(item_kind::event), 9u);
  EXPECT_EQ(skipped.count(item_kind::list_entry), 1u);
  EXPECT_EQ(skipped.count(item_kind::log_frame), 0u);
}

TEST(skipped_items, are_told_again_with_each_ten_times_as_many) {
  std::vector<std::string> said;
  skipped_items skipped("E", [&](log_level, const std::string& text) { said.push_back(text); });
  for (int count = 0; count < 1'234; ++count) skipped.add(item_kind::event, "why");
  ASSERT_THAT(said, SizeIs(4));
  EXPECT_EQ(said.back(), "E has sent 1000 events by now that gantry passed over; the last: why");
  skipped.add(item_kind::event, 50'000, "why");
  EXPECT_THAT(said.back(), HasSubstr("51234 events"));
}

TEST(skipped_items, say_nothing_that_could_be_taken_for_a_line_of_ours) {
  std::string said;
  skipped_items skipped("E", [&](log_level, const std::string& text) { said = text; });
  skipped.add(item_kind::event, "a\n\x1B[31mb" + std::string(10'000, 'x'));
  EXPECT_THAT(said, AllOf(HasSubstr("a??[31mb"), testing::Not(HasSubstr("\n"))));
  EXPECT_LT(said.size(), 600u);
  skipped_items(std::string("E"), {}).add(item_kind::event, "nobody hears of it");
}

}  // namespace
}  // namespace gantry::engine
