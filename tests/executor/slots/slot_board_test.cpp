#include "executor/slots/slot_board.hpp"

#include <gmock/gmock.h>

#include "tests/support/seed.hpp"

namespace gantry::slots {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using verdict = admission::verdict;

TEST(SlotBoard, StartsWhatHasRoomAndRefusesTheRest) {
  slot_board board({.concurrency = 2});
  EXPECT_EQ(board.admit("a").what, verdict::start);
  EXPECT_EQ(board.admit("b").what, verdict::start);
  EXPECT_EQ(board.admit("c").what, verdict::reject);
  EXPECT_THAT(board.ended("a"), IsEmpty());
  EXPECT_EQ(board.admit("d").what, verdict::start);
  EXPECT_THAT(board.running(), ElementsAre("b", "d"));
}

TEST(SlotBoard, LetsSoManyWaitInTheirOrder) {
  slot_board board({.concurrency = 1, .when_full = when_full::queue, .queue_max = 2});
  EXPECT_EQ(board.admit("a").what, verdict::start);
  EXPECT_EQ(board.admit("b").position, 1U);
  EXPECT_EQ(board.admit("c").position, 2U);
  EXPECT_EQ(board.admit("d").what, verdict::reject);
  EXPECT_THAT(board.ended("a"), ElementsAre("b"));
  EXPECT_THAT(board.running(), ElementsAre("b"));
  EXPECT_THAT(board.waiting(), ElementsAre("c"));
}

TEST(SlotBoard, GivesUpOneThatWaitsAndNoOther) {
  slot_board board({.concurrency = 1, .when_full = when_full::queue});
  static_cast<void>(board.admit("a"));
  static_cast<void>(board.admit("b"));
  EXPECT_FALSE(board.give_up("a"));
  EXPECT_TRUE(board.give_up("b"));
  EXPECT_FALSE(board.give_up("b"));
  EXPECT_THAT(board.ended("a"), IsEmpty());
}

TEST(SlotBoard, StopsTheOldestForTheNewest) {
  slot_board board({.concurrency = 2, .when_full = when_full::replace});
  static_cast<void>(board.admit("a"));
  static_cast<void>(board.admit("b"));
  const admission first = board.admit("c");
  EXPECT_EQ(first.what, verdict::wait);
  EXPECT_EQ(first.stop, "a");
  EXPECT_EQ(first.superseded, std::nullopt);
  EXPECT_EQ(board.admit("d").stop, "b");
  const admission third = board.admit("e");  // all that run are being stopped already
  EXPECT_EQ(third.stop, std::nullopt);
  EXPECT_EQ(third.superseded, "c");
  EXPECT_THAT(board.ended("b"), ElementsAre("d"));
  EXPECT_THAT(board.ended("a"), ElementsAre("e"));
  EXPECT_EQ(board.admit("f").stop, "d") << "the oldest that is not being stopped";
}

TEST(SlotBoard, StopsNoOtherWhileAPlaceIsOnItsWay) {
  slot_board board({.concurrency = 1, .when_full = when_full::replace});
  static_cast<void>(board.admit("a"));
  EXPECT_EQ(board.admit("b").stop, "a");
  EXPECT_TRUE(board.give_up("b"));
  const admission next = board.admit("c");  // a is still being stopped
  EXPECT_EQ(next.stop, std::nullopt);
  EXPECT_EQ(next.superseded, std::nullopt);
  EXPECT_THAT(board.ended("a"), ElementsAre("c"));
}

TEST(SlotBoard, GivesTheNextOneThePlaceThatNobodyWaitsFor) {
  slot_board board({.concurrency = 2, .when_full = when_full::replace});
  static_cast<void>(board.admit("a"));
  static_cast<void>(board.admit("b"));
  EXPECT_EQ(board.admit("c").stop, "a");
  EXPECT_THAT(board.ended("b"), ElementsAre("c"));  // by itself
  EXPECT_EQ(board.admit("d").stop, std::nullopt);
  EXPECT_THAT(board.ended("a"), ElementsAre("d"));
}

TEST(SlotBoard, TakesUpWhatAnEarlierLifeHasLeft) {
  slot_board board({.concurrency = 2, .when_full = when_full::reject});
  board.adopt_running("a");
  board.adopt_waiting("b");
  board.adopt_waiting("c");
  EXPECT_THAT(board.startable(), ElementsAre("b"));
  EXPECT_THAT(board.ended("a"), ElementsAre("c"));
}

TEST(SlotBoard, NeverRunsMoreThanItMayAndForgetsNone) {
  for (const std::uint64_t seed : test::seeds(200)) {
    test::dice dice(seed);
    const std::size_t most = 1 + dice.upto(4);
    slot_board board({.concurrency = most,
                      .when_full = static_cast<when_full>(dice.upto(2)),
                      .queue_max = 1 + dice.upto(5)});
    std::size_t taken = 0;
    std::size_t over = 0;
    for (int step = 0; step < 100; ++step) {
      if (dice.upto(1) == 0) {
        const admission next = board.admit(std::to_string(step));
        taken += next.what == verdict::reject ? 0 : 1;
        over += next.superseded ? 1 : 0;
      } else if (dice.one_in(4) && !board.waiting().empty()) {
        const auto which = dice.upto(board.waiting().size() - 1);
        over += board.give_up(std::string(board.waiting()[which])) ? 1 : 0;
      } else if (!board.running().empty()) {
        const auto which = dice.upto(board.running().size() - 1);
        static_cast<void>(board.ended(std::string(board.running()[which])));
        ++over;
      }
      ASSERT_LE(board.running().size(), most) << test::seed_text(seed);
      ASSERT_EQ(board.running().size() + board.waiting().size(), taken - over)
          << test::seed_text(seed);
      ASSERT_TRUE(board.waiting().empty() || board.is_full()) << test::seed_text(seed);
    }
  }
}

}  // namespace
}  // namespace gantry::slots
