#include "tests/executor/outbox/store_fixture.hpp"

namespace gantry::outbox {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class store_load : public store_fixture {
 protected:
  store_load() { static_cast<void>(open()); }
};

// The first, with the text of them all.
record joined(record first, std::uint64_t count, const std::string& body) {
  first.count = count;
  first.body = body;
  first.sealed = true;
  return first;
}

TEST_F(store_load, CombinesNeighboursForGood) {
  const record one = make_line(1, "t", 1, "a");
  const totals before = write(of_records(
      {one, make_line(2, "u", 1, "z"), make_line(3, "t", 2, ""), make_line(4, "t", 3, "c")}));
  EXPECT_EQ(before.records, 4U);
  const record all = joined(one, 3, "a\n\nc");
  EXPECT_THAT(load("t"), ElementsAre(all));
  EXPECT_EQ(store_->count().records, 2U);
  EXPECT_EQ(store_->count().lines, 4U);
  EXPECT_EQ(store_->count().bytes, cost(all) + 129);
  // What comes behind a sealed one stays apart.
  static_cast<void>(write(of_records({make_line(5, "t", 4, "d")})));
  EXPECT_THAT(load("t"), ElementsAre(all, sealed(make_line(5, "t", 4, "d"))));
  EXPECT_THAT(load("t", 1), ElementsAre(sealed(make_line(5, "t", 4, "d"))));
  const snapshot found = open();
  EXPECT_EQ(found.totals.records, 3U);
  EXPECT_THAT(load("t"), ElementsAre(all, sealed(make_line(5, "t", 4, "d"))));
}

TEST_F(store_load, CombinesOnlyWhatMayBe) {
  std::vector<record> all{make_line(1, "t", 1, "a"), make_line(2, "t", 2, "b"),
                          make_line(3, "t", 3, "c"), make_line(4, "t", 4, "d"),
                          make_line(5, "t", 5, "e"), make_line(6, "t", 7, "f"),
                          make_line(7, "t", 8, "g")};
  all[1].stream = engine::stream_kind::stderr_stream;
  all[3].truncated = true;
  all[6].emitter = model::emitter_id("t:other");
  static_cast<void>(write(of_records(all)));
  EXPECT_EQ(load("t"), all_sealed(all));
}

TEST_F(store_load, CombinesNoLinesOfTwoRuns) {
  std::vector<record> all = {make_line(1, "t", 1, "a"), make_line(2, "t", 2, "b"),
                             make_line(3, "t", 3, "c")};
  all[0].run = all[1].run = "id-1";
  all[2].run = "id-2";
  static_cast<void>(write(of_records(all)));
  EXPECT_THAT(load("t"), ElementsAre(joined(all[0], 2, "a\nb"), sealed(all[2])));
}

TEST_F(store_load, KeepsCombinedOnesShort) {
  config_.pulse_bytes_max = 5;
  static_cast<void>(open());
  const std::vector<record> all{make_line(1, "t", 1, "aa"), make_line(2, "t", 2, "bb"),
                                make_line(3, "t", 3, "c"), make_line(4, "t", 4, "dddddddd")};
  static_cast<void>(write(of_records(all)));
  EXPECT_THAT(load("t"), ElementsAre(joined(all[0], 2, "aa\nbb"), sealed(all[2]), sealed(all[3])));
}

TEST_F(store_load, GivesNoMoreThanAskedForButOne) {
  std::vector<record> all;
  for (row_id id = 1; id <= 4; ++id) all.push_back(make_record(id, "t", 1, std::string(100, 'x')));
  static_cast<void>(write(of_records(all)));
  EXPECT_THAT(load("t", 0, 0), ElementsAre(sealed(all[0])));
  EXPECT_TRUE(more_);
  EXPECT_THAT(load("t", 1, 2 * cost(all[0])), ElementsAre(sealed(all[1]), sealed(all[2])));
  EXPECT_TRUE(more_);
  EXPECT_THAT(load("t", 3, 2 * cost(all[0])), ElementsAre(sealed(all[3])));
  EXPECT_FALSE(more_);
  EXPECT_THAT(load("t", 4), IsEmpty());
}

TEST_F(store_load, LimitsTheRowsOfOneCall) {
  batch many;
  for (row_id id = 1; id <= 20'000; ++id) {
    many.records.push_back(make_line(id, "t", static_cast<std::uint64_t>(id), "x"));
  }
  static_cast<void>(write(many));
  std::uint64_t seen = 0;
  row_id after = 0;
  int calls = 0;
  for (more_ = true; more_; ++calls) {
    for (const record& each : load("t", after)) {
      EXPECT_EQ(each.seq, seen + 1);
      seen += each.count;
      after = each.id;
    }
  }
  EXPECT_EQ(seen, 20'000U);
  EXPECT_EQ(calls, 3);
}

TEST_F(store_load, CombinesNoticesOfOneReason) {
  const record first = make_line(1, "t", 1, "x");
  std::vector<record> all{make_notice(first, 3, reasons::rotated),
                          make_notice(make_line(2, "t", 4, ""), 2, reasons::rotated),
                          make_notice(make_line(3, "t", 6, ""), 0, reasons::rotated),
                          make_notice(make_line(4, "t", 6, ""), 0, reasons::rotated),
                          make_notice(make_line(5, "t", 6, ""), 1, reasons::full)};
  const totals before = write(of_records(all));
  EXPECT_EQ(before.lines, 0U);
  EXPECT_THAT(load("t"), ElementsAre(sealed(make_notice(first, 5, reasons::rotated)),
                                     sealed(all[2]), sealed(all[4])));
  EXPECT_EQ(store_->count().records, 3U);
}

TEST_F(store_load, MakesNoticesOfWhatExpired) {
  std::vector<record> all;
  for (row_id id = 1; id <= 4; ++id) {
    all.push_back(make_line(id, "t", static_cast<std::uint64_t>(id), "some text"));
    all.back().expires = now_ + (id < 4 ? 10 : 20);
  }
  static_cast<void>(write(of_records(all)));
  EXPECT_THAT(load("t", 0, 0), ElementsAre(sealed(all[0])));
  now_ += 10;
  // The first may be on its way: its notice is its own.
  EXPECT_THAT(load("t"),
              ElementsAre(sealed(make_notice(all[0], 1, reasons::expired)),
                          sealed(make_notice(all[1], 2, reasons::expired)), sealed(all[3])));
  EXPECT_EQ(store_->count().dropped_expired, 3U);
  EXPECT_EQ(store_->count().lines, 1U);
  EXPECT_EQ(store_->count().records, 3U);
  EXPECT_EQ(open().totals.records, 3U);
}

}  // namespace
}  // namespace gantry::outbox
