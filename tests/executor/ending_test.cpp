#include "executor/ending.hpp"

#include <gmock/gmock.h>

namespace gantry {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

TEST(ending_test, begins_with_the_first_signal_and_is_over_with_the_second) {
  const ending::time_point noon{12h};
  ending it;
  EXPECT_FALSE(it.by());
  EXPECT_TRUE(it.asked(noon));
  EXPECT_EQ(it.by(), noon + ending::all_within);
  EXPECT_FALSE(it.asked(noon + 1s));
  EXPECT_EQ(it.by(), noon + ending::all_within) << "nobody gets more time by asking again";
}

TEST(ending_test, leaves_room_within_the_five_seconds_promised) {
  EXPECT_LE(ending::all_within + 300ms, 5s);
  EXPECT_LE(ending::last_words_within + 1s, ending::all_within) << "the last write has to fit in";
}

TEST(ending_test, says_what_is_held_and_what_that_means) {
  for (const auto& [held, words] : {std::pair{ending_step::starting, "Nothing was begun"},
                                    {ending_step::working, "The core was told nothing"},
                                    {ending_step::telling_core, "the connection to the core"},
                                    {ending_step::ending_work, "with the engine does not end"},
                                    {ending_step::writing, "the disk has not taken the last"},
                                    {ending_step::closing, "All was written"}}) {
    EXPECT_THAT(why_cut_short(held), StartsWith("ended by force, since "));
    EXPECT_THAT(why_cut_short(held), HasSubstr(words));
  }
}

}  // namespace
}  // namespace gantry
