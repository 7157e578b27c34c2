#include "tests/executor/outbox/store_fixture.hpp"

namespace gantry::outbox {
namespace {

using testing::ElementsAre;

class store_limit : public store_fixture {
 protected:
  // Lines with a cost of 1,000 each.
  static std::vector<record> lines(row_id first, row_id last, const std::string& target) {
    std::vector<record> out;
    for (row_id id = first; id <= last; ++id) {
      out.push_back(make_record(id, target, static_cast<std::uint64_t>(id), std::string(872, 'x')));
    }
    return out;
  }
};

TEST_F(store_limit, DropsTheOldestAndLeavesOneNotice) {
  config_.bytes_max = 64'000;
  static_cast<void>(open());
  const std::vector<record> all = lines(1, 70, "t");
  EXPECT_EQ(write(of_records(lines(1, 64, "t"))).records, 64U);
  const totals after = write(of_records(lines(65, 65, "t")));
  // A 64th below the limit, notice included.
  EXPECT_EQ(after.bytes, 62'000U + 139U);
  EXPECT_EQ(after.dropped_full, 3U);
  EXPECT_EQ(after.lines, 62U);
  EXPECT_EQ(write(of_records(lines(66, 70, "t"))).dropped_full, 8U);
  const std::vector<record> found = look_into(config_.file);
  EXPECT_EQ(found.at(0), make_notice(all[0], 8, reasons::full));
  EXPECT_EQ(found.at(1), all[8]);
  EXPECT_EQ(found.size(), 63U);
}

TEST_F(store_limit, LeavesWhatIsSealed) {
  config_.bytes_max = 4'000;
  static_cast<void>(open());
  const std::vector<record> all = lines(1, 9, "t");
  static_cast<void>(write(of_records({all[0], all[1], all[2]})));
  EXPECT_EQ(load("t", 0, 2'000).size(), 2U);
  static_cast<void>(write(of_records({all[3], all[4], all[5]})));
  EXPECT_THAT(look_into(config_.file), ElementsAre(sealed(all[0]), sealed(all[1]),
                                                   make_notice(all[2], 3, reasons::full), all[5]));
  // Above the limit for want of anything that may go.
  EXPECT_EQ(load("t").size(), 4U);
  EXPECT_EQ(write(of_records({all[6]})).dropped_full, 4U);
  EXPECT_EQ(write(of_records({all[7]})).dropped_full, 5U);
  EXPECT_EQ(look_into(config_.file).back(), make_notice(all[6], 2, reasons::full));
  // A sealed notice takes nothing in.
  EXPECT_EQ(load("t").size(), 5U);
  static_cast<void>(write(of_records({all[8]})));
  EXPECT_EQ(look_into(config_.file).back(), make_notice(all[8], 1, reasons::full));
}

TEST_F(store_limit, LeavesANoticeForEachEmitter) {
  config_.bytes_max = 1'000;
  static_cast<void>(open());
  std::vector<record> all;
  for (row_id id = 1; id <= 400; ++id) {
    const std::string target = "t" + std::to_string(id % 4);
    all.push_back(make_record(id, target, static_cast<std::uint64_t>(id + 3) / 4, "x"));
  }
  static_cast<void>(write(of_records(all)));
  const std::vector<record> found = look_into(config_.file);
  ASSERT_EQ(found.size(), 7U);
  for (std::size_t at = 0; at < 4; ++at) {
    EXPECT_EQ(found[at].form, form::notice);
    EXPECT_EQ(found[at].seq, 1U);
  }
  EXPECT_EQ(store_->count().dropped_full, 397U);
}

// Otherwise the numbers would not rise from one record to the next.
TEST_F(store_limit, NoticesOfAnotherReasonDivide) {
  config_.bytes_max = 1'500;
  static_cast<void>(open());
  std::vector<record> all = lines(1, 3, "t");
  const record rotated = make_notice(make_record(2, "t", 2, ""), 0, reasons::rotated);
  all[1].id = 3;
  all[2].id = 4;
  static_cast<void>(write(of_records({all[0], rotated, all[1], all[2]})));
  EXPECT_THAT(look_into(config_.file), ElementsAre(make_notice(all[0], 1, reasons::full), rotated,
                                                   make_notice(all[1], 1, reasons::full), all[2]));
}

TEST_F(store_limit, ExpiresOnceASecondAndALittleAtATime) {
  static_cast<void>(open());
  std::vector<record> all = lines(1, 4, "t");
  all[0].expires = all[1].expires = now_ + 500;
  all[2].expires = now_ + 5'000;
  static_cast<void>(write(of_records(all)));
  now_ += 999;
  EXPECT_EQ(write({}).dropped_expired, 0U);
  now_ += 1;
  EXPECT_EQ(write({}).dropped_expired, 2U);
  EXPECT_THAT(look_into(config_.file),
              ElementsAre(make_notice(all[0], 2, reasons::expired), all[2], all[3]));
  now_ += 4'000;
  EXPECT_EQ(write({}).dropped_expired, 3U);
  EXPECT_THAT(look_into(config_.file),
              ElementsAre(make_notice(all[0], 3, reasons::expired), all[3]));

  batch many;
  for (row_id id = 5; id < 20'005; ++id) {
    many.records.push_back(make_record(id, "u", static_cast<std::uint64_t>(id), "x"));
    many.records.back().expires = now_;
  }
  const totals before = write(many);
  EXPECT_EQ(before.dropped_expired, 3U);
  const totals first = write_later();
  EXPECT_GT(first.dropped_expired, 3U);
  EXPECT_LT(first.dropped_expired, 10'003U);
  static_cast<void>(write_later());
  EXPECT_EQ(write_later().dropped_expired, 20'003U);
  EXPECT_EQ(store_->count().records, 3U);
}

TEST_F(store_limit, WhatIsSealedExpiresByItself) {
  static_cast<void>(open());
  std::vector<record> all = lines(1, 4, "t");
  for (record& each : all) each.expires = now_ + 10;
  static_cast<void>(write(of_records(all)));
  EXPECT_EQ(load("t", 0, 2'000).size(), 2U);
  EXPECT_EQ(write_later().dropped_expired, 4U);
  EXPECT_THAT(look_into(config_.file), ElementsAre(sealed(make_notice(all[0], 1, reasons::expired)),
                                                   sealed(make_notice(all[1], 1, reasons::expired)),
                                                   make_notice(all[2], 2, reasons::expired)));
}

TEST_F(store_limit, TellsOnceWhichTargetsLostSomething) {
  config_.bytes_max = 4'000;
  static_cast<void>(open());
  EXPECT_THAT(write(of_records(lines(1, 1, "s:a"))).lost_of, testing::IsEmpty());
  EXPECT_THAT(write(of_records(lines(2, 6, "s:b"))).lost_of,
              testing::UnorderedElementsAre(model::target_id("s:a"), model::target_id("s:b")));
  EXPECT_THAT(write({}).lost_of, testing::IsEmpty());
}

}  // namespace
}  // namespace gantry::outbox
