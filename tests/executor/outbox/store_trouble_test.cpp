#include "tests/executor/outbox/failing_disk.hpp"
#include "tests/executor/outbox/store_fixture.hpp"

namespace gantry::outbox {
namespace {

using failing_disk::mode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

class store_trouble : public store_fixture {
 protected:
  store_trouble() { failing_disk::install(); }
  ~store_trouble() override {
    failing_disk::set(mode::works);
    store_.reset();
  }
};

batch with_cursor(std::vector<record> records, const std::string& cursor) {
  batch out = of_records(std::move(records));
  out.containers = {{"c", "p", cursor, ""}};
  out.seqs = {{"t:output", out.records.back().seq + 1}};
  out.facts = {{"f", cursor}};
  return out;
}

TEST_F(store_trouble, IsToldInWordsAndOver) {
  static_cast<void>(open());
  for (const auto& [how, words] :
       std::vector<std::pair<mode, std::string>>{{mode::full, "the disk is full: "},
                                                 {mode::read_only, "the disk cannot be written: "},
                                                 {mode::broken, "the disk fails: "},
                                                 {mode::unreadable, "the disk fails: "}}) {
    failing_disk::set(how);
    const auto id = store_->count().records + 1;
    const totals after = write(of_records({make_record(static_cast<row_id>(id), "t", id, "x")}));
    EXPECT_THAT(after.trouble, HasSubstr(words + config_.file));
    EXPECT_EQ(after.records, id);
    failing_disk::set(mode::works);
    EXPECT_NE(write({}).trouble, "");  // not looked at again so soon
    EXPECT_EQ(write_later().trouble, "");
    EXPECT_EQ(store_->count().records, id);
    EXPECT_EQ(look_into(config_.file).size(), id);
  }
}

TEST_F(store_trouble, IsOverAtOnceWhereTheStoreIsToTryAgain) {
  static_cast<void>(open());
  failing_disk::set(mode::full);
  EXPECT_NE(write(of_records({make_record(1, "t", 1, "x")})).trouble, "");
  failing_disk::set(mode::works);
  store_->try_again();
  EXPECT_EQ(write(of_records({make_record(2, "t", 2, "y")})).trouble, "");
  EXPECT_EQ(look_into(config_.file).size(), 2U);
}

// Else each try would set aside what it made itself, and drop the oldest that was set aside.
TEST_F(store_trouble, SetsNothingAsideThatItCouldNotBegin) {
  failing_disk::set(mode::full);
  static_cast<void>(open());
  for (int tries = 0; tries < 5; ++tries) {
    EXPECT_NE(write_later().trouble, "");
    EXPECT_THAT(store_->count().notice, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(config_.file + ".damaged-1"));
  }
  failing_disk::set(mode::works);
  EXPECT_EQ(write_later().trouble, "");
}

TEST_F(store_trouble, LosesBothOrNeitherInACrash) {
  static_cast<void>(open());
  static_cast<void>(write(with_cursor({make_record(1, "t", 1, "a")}, "one")));
  failing_disk::set(mode::full);
  static_cast<void>(write(with_cursor({make_record(2, "t", 2, "b")}, "two")));
  snapshot found = open();
  EXPECT_EQ(found.containers.at(0).cursor, "one");
  EXPECT_THAT(found.seqs, ElementsAre(Pair("t:output", 2U)));
  EXPECT_EQ(found.totals.records, 1U);

  static_cast<void>(write(with_cursor({make_record(2, "t", 2, "b")}, "two")));
  failing_disk::set(mode::works);
  static_cast<void>(write_later());
  found = open();
  EXPECT_EQ(found.containers.at(0).cursor, "two");
  EXPECT_EQ(found.facts.at("f"), "two");
  EXPECT_THAT(found.seqs, ElementsAre(Pair("t:output", 3U)));
  EXPECT_EQ(found.last_id, 2);
  EXPECT_EQ(found.totals.records, 2U);
}

// Wherever in a commit, or in a checkpoint, the disk begins to fail.
TEST_F(store_trouble, MayBeginAnywhere) {
  static_cast<void>(open());
  row_id id = 0;
  std::string cursor;
  for (int writes = 0; writes < 60; ++writes) {
    failing_disk::set(mode::full, writes);
    for (int some = 0; some < 3; ++some) {
      ++id;
      cursor = std::to_string(id);
      const auto seq = static_cast<std::uint64_t>(id);
      static_cast<void>(
          write(with_cursor({make_record(id, "t", seq, std::string(30'000, 'x'))}, cursor)));
    }
    failing_disk::set(mode::works);
    EXPECT_EQ(write_later().trouble, "");
  }
  EXPECT_EQ(look_into(config_.file).size(), static_cast<std::size_t>(id));
  EXPECT_EQ(open().containers.at(0).cursor, cursor);
}

TEST_F(store_trouble, GivesWhatIsOnDiskThenWhatIsInMemory) {
  static_cast<void>(open());
  const std::vector<record> all{make_line(1, "t", 1, "a"), make_line(2, "t", 2, "b"),
                                make_line(3, "t", 3, "c"), make_line(4, "t", 4, "d")};
  static_cast<void>(write(of_records({all[0], all[1]})));
  failing_disk::set(mode::full);
  static_cast<void>(write(of_records({all[2], all[3]})));
  EXPECT_EQ(load("t"), all_sealed({all[0], all[1]}));
  EXPECT_TRUE(more_);
  record both = sealed(all[2]);
  both.count = 2;
  both.body = "c\nd";
  EXPECT_THAT(load("t", 2), ElementsAre(both));
  EXPECT_FALSE(more_);
  failing_disk::set(mode::works);
  EXPECT_EQ(write_later().trouble, "");
  // As they were given, which is remembered.
  EXPECT_THAT(load("t"), ElementsAre(sealed(all[0]), sealed(all[1]), both));
  static_cast<void>(open());
  EXPECT_THAT(load("t"), ElementsAre(sealed(all[0]), sealed(all[1]), both));
}

TEST_F(store_trouble, RemembersWhatIsToBeDeleted) {
  static_cast<void>(open());
  batch first = of_records({make_record(1, "t", 1, "a"), make_record(2, "t", 2, "b"),
                            make_record(3, "t", 3, "c"), make_record(4, "u", 1, "d")});
  first.containers = {{"c1", "p", "x", ""}, {"c2", "p", "x", ""}};
  first.targets = {{"p1", "n", "", 0}, {"p2", "n", "", 0}};
  first.entities = {{"T", "1", "h", {}}, {"T", "2", "h", {}}};
  first.seqs = {{"t:output", 4}, {"u:output", 2}};
  static_cast<void>(write(first));
  failing_disk::set(mode::read_only);
  batch second = of_acknowledged({1, 2, 77});
  second.containers_gone = {"c1", "c2"};
  second.targets_gone = {"p1"};
  second.entities_gone = {{"T", "1"}};
  second.dropped_targets = {model::target_id("u")};
  const totals during = write(second);
  EXPECT_EQ(during.records, 1U);
  EXPECT_EQ(during.oldest, first.records[2].timestamp);
  EXPECT_EQ(load("t"), all_sealed({first.records[2]}));
  EXPECT_THAT(load("u"), IsEmpty());
  batch third = of_records({make_record(5, "u", 1, "e")});
  third.containers = {{"c2", "p", "again", ""}};
  third.seqs = {{"u:output", 2}};
  EXPECT_EQ(write(third).records, 2U);
  failing_disk::set(mode::works);
  EXPECT_EQ(write_later().trouble, "");
  const snapshot found = open();
  EXPECT_EQ(found.containers, third.containers);
  EXPECT_EQ(found.targets.size(), 1U);
  EXPECT_EQ(found.entities.size(), 1U);
  EXPECT_THAT(found.seqs, ElementsAre(Pair("t:output", 4U), Pair("u:output", 2U)));
  EXPECT_EQ(found.totals.records, 2U);
  EXPECT_EQ(load("u"), all_sealed(third.records));
}

TEST_F(store_trouble, KeepsLittleInMemory) {
  config_.spill_bytes_max = 10'000;
  static_cast<void>(open());
  failing_disk::set(mode::full);
  totals after;
  for (row_id id = 1; id <= 100; ++id) {
    const auto seq = static_cast<std::uint64_t>(id);
    after = write(of_records({make_record(id, "t", seq, std::string(872, 'x'))}));
  }
  EXPECT_LE(after.bytes, 10'000U);
  EXPECT_EQ(after.dropped_full, 91U);
  failing_disk::set(mode::works);
  EXPECT_EQ(write_later().dropped_full, 91U);
  const std::vector<record> found = look_into(config_.file);
  ASSERT_EQ(found.size(), 10U);
  EXPECT_EQ(found[0], make_notice(make_record(1, "t", 1, ""), 91, reasons::full));
}

TEST_F(store_trouble, AtTheStartIsNotForEver) {
  config_.file = folder_.file("missing/gantry.db");
  EXPECT_THAT(open().totals.trouble, HasSubstr("the database cannot be opened: "));
  EXPECT_EQ(write(with_cursor({make_record(1, "t", 1, "a")}, "one")).records, 1U);
  EXPECT_EQ(load("t").size(), 1U);
  std::filesystem::create_directory(folder_.file("missing"));
  EXPECT_EQ(write_later(of_records({make_record(2, "t", 2, "b")})).trouble, "");
  const snapshot found = open();
  EXPECT_EQ(found.totals.records, 2U);
  EXPECT_EQ(found.containers.at(0).cursor, "one");
}

// Its numbers would be those of another life.
TEST_F(store_trouble, WhatCouldNotBeReadAtTheStartIsSetAside) {
  static_cast<void>(open());
  static_cast<void>(write(with_cursor({make_record(1, "t", 1, "old")}, "old")));
  store_.reset();
  failing_disk::set(mode::unreadable);
  EXPECT_THAT(open().totals.trouble, HasSubstr("the disk fails: "));
  static_cast<void>(write(with_cursor({make_record(1, "t", 1, "new")}, "new")));
  failing_disk::set(mode::works);
  const totals after = write_later();
  EXPECT_EQ(after.trouble, "");
  EXPECT_THAT(after.notice, HasSubstr("gantry.db.damaged-1"));
  EXPECT_EQ(after.records, 1U);
  EXPECT_EQ(load("t").at(0).body, "new");
  EXPECT_EQ(look_into(config_.file + ".damaged-1").at(0).body, "old");
}

TEST_F(store_trouble, MayBeginWhileLoading) {
  static_cast<void>(open());
  const std::vector<record> all{make_line(1, "t", 1, "a"), make_line(2, "t", 2, "b")};
  static_cast<void>(write(of_records(all)));
  failing_disk::set(mode::full);
  EXPECT_EQ(load("t"), all_sealed(all));
  EXPECT_NE(store_->count().trouble, "");
  failing_disk::set(mode::works);
  EXPECT_EQ(write_later().trouble, "");
  EXPECT_EQ(load("t"), all_sealed(all));
}

}  // namespace
}  // namespace gantry::outbox
