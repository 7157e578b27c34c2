#include "executor/outbox/lanes.hpp"

#include "tests/executor/outbox/lanes_fixture.hpp"

namespace gantry::outbox {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

class outbox_lanes : public lanes_fixture {};

TEST_F(outbox_lanes, KeepTheOrderWithinATargetWhateverTheEmitter) {
  std::vector<record> all{make_record("s:a"), make_record("s:a"), make_record("s:a")};
  all[1].emitter = model::emitter_id("s:a:finish");
  all[1].form = form::data;
  write(std::move(all));
  EXPECT_THAT(send(), ElementsAre(1, 2, 3));
  EXPECT_THAT(send(), IsEmpty());
}

TEST_F(outbox_lanes, TakeTurns) {
  write("s:a", 3);  // 1 to 3
  write("s:b", 2);  // 4, 5
  EXPECT_THAT(send(2), ElementsAre(1, 4));
  write("s:c", 1);  // 6
  EXPECT_THAT(send(), ElementsAre(2, 5, 6, 3));
}

// ---- What is kept in memory -------------------------------------------------------------------

TEST_F(outbox_lanes, SealAndKeepWhatGoesAtOnce) {
  EXPECT_TRUE(write("s:a"));
  EXPECT_GT(lanes_->bytes(), 0U);
  EXPECT_THAT(wanted(), IsEmpty());
}

TEST_F(outbox_lanes, LeaveOnDiskWhatNoCoreTakes) {
  lanes_->set_open(false);
  EXPECT_FALSE(write("s:a"));
  EXPECT_EQ(lanes_->bytes(), 0U);
  EXPECT_THAT(send(), IsEmpty());
  EXPECT_THAT(wanted(), IsEmpty()) << "nobody takes it";
  lanes_->set_open(true);
  EXPECT_THAT(wanted(), ElementsAre("s:a after 0"));
}

TEST_F(outbox_lanes, LeaveOnDiskWhatIsAboveTheLimitAndLoadItBehindTheRest) {
  make({.memory_bytes_max = 300, .load_bytes = 150});
  EXPECT_THAT(write({make_record("s:a", 100), make_record("s:a", 100), make_record("s:a", 100)}),
              ElementsAre(true, true, true))
      << "a batch as a whole";
  EXPECT_FALSE(write("s:a"));
  EXPECT_FALSE(write("s:b"));
  EXPECT_THAT(wanted(), IsEmpty()) << "there is no room";
  EXPECT_THAT(send(), ElementsAre(1, 2, 3));
  lanes_->acknowledged(3);
  EXPECT_THAT(wanted(), ElementsAre("s:a after 3", "s:b after 0"));
}

TEST_F(outbox_lanes, LeaveOnDiskWhatIsBehindOthersThere) {
  lanes_->found(model::target_id("s:a"));
  EXPECT_FALSE(write("s:a")) << "it would overtake";
  EXPECT_TRUE(write("s:b"));
  EXPECT_THAT(wanted(), ElementsAre("s:a after 0"));
  load("s:a", 2);
  EXPECT_TRUE(write("s:a"));
}

TEST_F(outbox_lanes, GoOnBehindWhatWasInMemoryLast) {
  write("s:a", 2);
  send();
  lanes_->acknowledged(2);
  lanes_->set_open(false);
  write("s:a");
  lanes_->set_open(true);
  EXPECT_THAT(wanted(), ElementsAre("s:a after 2"));
}

// ---- Loading ----------------------------------------------------------------------------------

TEST_F(outbox_lanes, LoadOnceAtATime) {
  lanes_->found(model::target_id("s:a"));
  EXPECT_THAT(wanted(), ElementsAre("s:a after 0"));
  lanes_->found(model::target_id("s:b"));
  EXPECT_THAT(wanted(), IsEmpty());
  load("s:a", 1);
  EXPECT_THAT(wanted(), ElementsAre("s:b after 0"));
}

TEST_F(outbox_lanes, LoadFewTargetsAtOnceAndAllInTurn) {
  make({.load_bytes = 100, .load_targets_max = 2});
  for (const char* each : {"s:a", "s:b", "s:c"}) lanes_->found(model::target_id(each));
  EXPECT_THAT(wanted(), ElementsAre("s:a after 0", "s:b after 0"));
  lanes_->loaded({{model::target_id("s:a"), {}, true}, {model::target_id("s:b"), {}, true}});
  EXPECT_THAT(wanted(), ElementsAre("s:c after 0", "s:a after 0"));
  lanes_->loaded({{model::target_id("s:c"), {}, true}, {model::target_id("s:a"), {}, true}});
  EXPECT_THAT(wanted(), ElementsAre("s:b after 0", "s:c after 0"));
}

TEST_F(outbox_lanes, LoadNoMoreBytesThanThereIsRoom) {
  make({.memory_bytes_max = 500, .load_bytes = 300, .load_targets_max = 9});
  for (const char* each : {"s:a", "s:b", "s:c"}) lanes_->found(model::target_id(each));
  const auto all = lanes_->wanted();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].bytes_max, 300U);
  EXPECT_EQ(all[1].bytes_max, 200U);
}

TEST_F(outbox_lanes, LoadAgainBeforeAllIsSent) {
  make({.load_bytes = 4 * 138});
  lanes_->found(model::target_id("s:a"));
  EXPECT_THAT(wanted(), ElementsAre("s:a after 0"));
  load("s:a", 4, true);
  EXPECT_THAT(wanted(), IsEmpty());
  EXPECT_THAT(send(), ElementsAre(1));
  pass(milliseconds(1'000));
  EXPECT_THAT(send(1), ElementsAre(2));
  EXPECT_THAT(wanted(), IsEmpty()) << "half of it waits";
  EXPECT_THAT(send(1), ElementsAre(3));
  EXPECT_THAT(wanted(), ElementsAre("s:a after 4"));
}

// ---- The rate -----------------------------------------------------------------------------------

TEST_F(outbox_lanes, HoldWhatComesFromDiskToItsRate) {
  make({}, 10);
  load("s:a", 4);
  EXPECT_THAT(send(), ElementsAre(1)) << "the first at once";
  ASSERT_EQ(lanes_->next_due(), now_.steady + milliseconds(100));
  pass(milliseconds(99));
  EXPECT_THAT(send(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(send(), ElementsAre(2));
  pass(milliseconds(10'000));
  EXPECT_THAT(send(), ElementsAre(3, 4)) << "a quarter of a second's worth at once";
  EXPECT_EQ(lanes_->next_due(), std::nullopt);
}

TEST_F(outbox_lanes, LetOthersGoMeanwhile) {
  make({}, 10);
  load("s:a", 3);  // 1 to 3
  EXPECT_THAT(send(), ElementsAre(1));
  write("s:b", 30);
  EXPECT_EQ(send().size(), 30U) << "what comes from a container was held to its rate before";
  EXPECT_EQ(lanes_->next_due(), now_.steady + milliseconds(100));
}

TEST_F(outbox_lanes, LetPulsesThatAreNoLinesGoAtOnceButInTheirOrder) {
  make({}, 10);
  outbox::loaded all{model::target_id("s:a"), {}, false};
  for (const form each :
       {form::data, form::lines, form::data, form::notice, form::lines, form::data}) {
    all.records.push_back(make_record("s:a"));
    all.records.back().form = each;
  }
  lanes_->loaded({std::move(all)});
  EXPECT_THAT(send(), ElementsAre(1, 2, 3, 4));
  pass(milliseconds(100));
  EXPECT_THAT(send(), ElementsAre(5, 6));
}

TEST_F(outbox_lanes, AreNotWaitedForAgainWhenNobodyTakesWhatIsDue) {
  make({}, 10);
  load("s:a", 3);
  EXPECT_THAT(send(), ElementsAre(1));
  pass(milliseconds(500));
  lanes_->wake(now_.steady);
  EXPECT_EQ(lanes_->next_due(), std::nullopt) << "it is past, and would be waited for without end";
  EXPECT_THAT(send(), ElementsAre(2, 3));
}

// ---- What becomes of it -------------------------------------------------------------------------

TEST_F(outbox_lanes, TellWhatArrived) {
  write("s:a", 2);
  write("s:b", 2);
  EXPECT_THAT(send(3), ElementsAre(1, 3, 2));
  lanes_->acknowledged(2);
  EXPECT_EQ(lanes_->acknowledged_waiting(), 2U);
  EXPECT_THAT(lanes_->take_acknowledged(), ElementsAre(1, 3));
  EXPECT_THAT(lanes_->take_acknowledged(), IsEmpty());
  EXPECT_THAT(send(), ElementsAre(4));
  lanes_->acknowledged(2);
  EXPECT_THAT(lanes_->take_acknowledged(), ElementsAre(2, 4));
  EXPECT_EQ(lanes_->bytes(), 0U);
}

TEST_F(outbox_lanes, SendAgainWhatWasInFlight) {
  write("s:a", 3);
  write("s:b", 1);
  EXPECT_THAT(send(3), ElementsAre(1, 4, 2));
  lanes_->acknowledged(1);
  lanes_->rewind();
  EXPECT_THAT(send(), ElementsAre(2, 4, 3));
  lanes_->acknowledged(3);
  EXPECT_EQ(lanes_->bytes(), 0U);
}

TEST_F(outbox_lanes, SendAgainAlsoWhatRested) {
  make({}, 10);
  load("s:a", 3);
  EXPECT_THAT(send(), ElementsAre(1));
  lanes_->rewind();
  pass(milliseconds(1'000));
  EXPECT_THAT(send(), ElementsAre(1, 2));
  pass(milliseconds(1'000));
  EXPECT_THAT(send(), ElementsAre(3));
}

TEST_F(outbox_lanes, MakeANoticeOfWhatIsTooLate) {
  std::vector<record> all{make_record("s:a", 500), make_record("s:a", 500)};
  all[0].count = 3;
  for (record& each : all) each.expires = 1'000'100;
  write(std::move(all));
  EXPECT_THAT(send(1), ElementsAre(1));
  pass(milliseconds(100));
  lanes_->rewind();
  const record* const first = lanes_->next(now_);
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->form, form::notice) << "also what was sent before";
  EXPECT_EQ(first->body, reasons::expired);
  EXPECT_EQ(first->count, 3U);
  EXPECT_THAT(send(), ElementsAre(2));
  lanes_->rewind();
  EXPECT_THAT(send(), ElementsAre(1, 2));
  lanes_->acknowledged(2);
  EXPECT_EQ(lanes_->bytes(), 0U);
}

// ---- Deleted targets ----------------------------------------------------------------------------

TEST_F(outbox_lanes, DropWhatWaits) {
  write("s:a", 3);
  write("s:b", 1);
  lanes_->found(model::target_id("s:a"));
  lanes_->drop(model::target_id("s:a"));
  lanes_->drop(model::target_id("s:unknown"));
  EXPECT_THAT(send(), ElementsAre(4));
  EXPECT_THAT(wanted(), IsEmpty());
  lanes_->acknowledged(1);
  EXPECT_EQ(lanes_->bytes(), 0U);
}

TEST_F(outbox_lanes, DropAlsoWhatRests) {
  make({}, 10);
  load("s:a", 3);
  EXPECT_THAT(send(), ElementsAre(1));
  lanes_->acknowledged(1);
  lanes_->drop(model::target_id("s:a"));
  EXPECT_EQ(lanes_->next_due(), std::nullopt);
  EXPECT_EQ(lanes_->bytes(), 0U);
}

TEST_F(outbox_lanes, KeepWhatIsInFlightUntilItsFateIsKnown) {
  write("s:a", 3);
  write("s:b", 1);
  EXPECT_THAT(send(3), ElementsAre(1, 4, 2));
  lanes_->drop(model::target_id("s:a"));
  lanes_->acknowledged(2);
  EXPECT_THAT(lanes_->take_acknowledged(), ElementsAre(1, 4)) << "the counts still fit";
  lanes_->rewind();
  EXPECT_THAT(send(), IsEmpty());
  EXPECT_EQ(lanes_->bytes(), 0U);
}

TEST_F(outbox_lanes, TakeATargetBack) {
  write("s:a", 2);
  send();
  lanes_->drop(model::target_id("s:a"));
  EXPECT_FALSE(write("s:a")) << "behind what is in flight still";
  lanes_->acknowledged(2);
  EXPECT_THAT(wanted(), ElementsAre("s:a after 2"));
  load("s:a", 1);
  EXPECT_EQ(send().size(), 1U);
  lanes_->acknowledged(1);
  EXPECT_EQ(lanes_->bytes(), 0U);
}

TEST_F(outbox_lanes, TakeATargetBackThatWasGone) {
  write("s:a", 2);
  lanes_->drop(model::target_id("s:a"));
  EXPECT_TRUE(write("s:a"));
  EXPECT_THAT(send(), ElementsAre(3));
}

TEST_F(outbox_lanes, LoadWhatCameBackThoughTheRestIsSentAgain) {
  write("s:a", 2);
  send();
  lanes_->drop(model::target_id("s:a"));
  EXPECT_FALSE(write("s:a"));
  lanes_->rewind();
  EXPECT_THAT(wanted(), ElementsAre("s:a after 2"));
}

}  // namespace
}  // namespace gantry::outbox
