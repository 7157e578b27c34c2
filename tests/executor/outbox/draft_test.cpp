#include "executor/outbox/draft.hpp"

#include <gmock/gmock.h>

namespace gantry::outbox {
namespace {

using testing::ElementsAre;
using testing::Pair;

class outbox_draft : public testing::Test {
 protected:
  outbox_draft() { lanes_.set_open(true); }

  record make_record(form what, std::uint64_t count = 1) {
    record out;
    out.target = model::target_id("s:a");
    out.emitter = model::emitter_id("s:a:output");
    out.form = what;
    out.count = count;
    return out;
  }
  draft begin() { return draft(now_, numbers_, lanes_, lives_); }

  const myko::moment now_{lanes::time_point(std::chrono::hours(1)),
                          std::chrono::system_clock::time_point(std::chrono::milliseconds(1'000))};
  numbering numbers_{.next_id = 7, .next_seq = {{model::emitter_id("s:a:output"), 40}}};
  lanes lanes_{{}, [](const model::emitter_id&) { return 60.0; }};
  draft::time_to_live lives_ = [](const model::emitter_id&) { return std::nullopt; };
};

TEST_F(outbox_draft, NumbersOn) {
  draft first = begin();
  first.add(make_record(form::lines, 3));
  first.add(make_record(form::lines));
  const batch one = first.take();
  ASSERT_EQ(one.records.size(), 2U);
  EXPECT_EQ(one.records[0].id, 7);
  EXPECT_EQ(one.records[0].seq, 40U);
  EXPECT_EQ(one.records[0].timestamp, 1'000);
  EXPECT_EQ(one.records[0].expires, 0);
  EXPECT_TRUE(one.records[0].sealed);
  EXPECT_EQ(one.records[1].id, 8);
  EXPECT_EQ(one.records[1].seq, 43U);
  EXPECT_THAT(one.seqs, ElementsAre(Pair("s:a:output", 44)));

  draft second = begin();
  record other = make_record(form::data);
  other.emitter = model::emitter_id("s:a:run");
  second.add(other);
  EXPECT_EQ(second.number(model::emitter_id("s:a:output"), 2), 44U);
  const batch two = second.take();
  EXPECT_EQ(two.records[0].id, 9);
  EXPECT_EQ(two.records[0].seq, 1U) << "a new emitter";
  EXPECT_THAT(two.seqs, ElementsAre(Pair("s:a:output", 46), Pair("s:a:run", 2)));
}

TEST_F(outbox_draft, GivesANoticeWithoutACountNoNumber) {
  draft next = begin();
  next.add(make_record(form::notice, 0));
  next.add(make_record(form::lines));
  const batch out = next.take();
  EXPECT_EQ(out.records[0].count, 0U);
  EXPECT_EQ(out.records[1].seq, 40U);
  EXPECT_THAT(out.seqs, ElementsAre(Pair("s:a:output", 41)));
}

TEST_F(outbox_draft, SaysWhenAPulseIsTooOld) {
  lives_ = [](const model::emitter_id&) { return std::chrono::milliseconds(500); };
  draft next = begin();
  next.add(make_record(form::lines));
  next.add(make_record(form::notice));
  const batch out = next.take();
  EXPECT_EQ(out.records[0].expires, 1'500);
  EXPECT_EQ(out.records[1].expires, 0) << "a notice stays";
}

TEST_F(outbox_draft, HoldsContainersAndTheRest) {
  draft next = begin();
  next.save({.id = "c", .path = "a", .cursor = "{}", .runs = ""});
  next.forget_container("d");
  next.rest().facts["x"] = "y";
  const batch out = next.take();
  EXPECT_EQ(out.containers.size(), 1U);
  EXPECT_THAT(out.containers_gone, ElementsAre("d"));
  EXPECT_THAT(out.facts, ElementsAre(Pair("x", "y")));
}

TEST_F(outbox_draft, NumbersADroppedTargetAnew) {
  draft first = begin();
  first.add(make_record(form::lines));
  for (const record& each : first.take().records) lanes_.written(each);
  draft next = begin();
  next.rest().dropped_targets = {model::target_id("s:a")};
  next.drop_targets();
  next.add(make_record(form::lines));
  const batch out = next.take();
  ASSERT_EQ(out.records.size(), 1U);
  EXPECT_EQ(out.records[0].id, 8) << "rows never have the same number again";
  EXPECT_EQ(out.records[0].seq, 1U);
  EXPECT_THAT(out.seqs, ElementsAre(Pair("s:a:output", 2)));
  EXPECT_EQ(lanes_.bytes(), 0U);
}

TEST_F(outbox_draft, CutsWhatIsTooLargeForAFrame) {
  draft next(now_, numbers_, lanes_, lives_, 64U << 10U);
  record line = make_record(form::lines);
  line.body.assign(100'000, 'x');
  next.add(line);
  const batch one = next.take();
  ASSERT_EQ(one.records.size(), 1U);
  EXPECT_TRUE(one.records[0].truncated);
  EXPECT_LT(one.records[0].body.size(), 64U << 10U);
}

TEST_F(outbox_draft, MakesAPulseOfEachLineWhereAllOfThemAreTooLarge) {
  draft next(now_, numbers_, lanes_, lives_, 64U << 10U);
  record lines = make_record(form::lines, 3);
  lines.joins = true;
  const std::string control(9'000, '\x01');
  lines.body = "first\n" + control + "\n" + control;
  next.add(lines);
  const batch all = next.take();
  ASSERT_EQ(all.records.size(), 3U);
  EXPECT_EQ(all.records[0].body, "first");
  EXPECT_EQ(all.records[2].body, control);
  for (std::size_t at = 0; at < 3; ++at) {
    EXPECT_EQ(all.records[at].seq, 40 + at);
    EXPECT_EQ(all.records[at].count, 1U);
    EXPECT_FALSE(all.records[at].joins) << "the store would put them together again";
    EXPECT_FALSE(all.records[at].truncated);
  }
}

}  // namespace
}  // namespace gantry::outbox
