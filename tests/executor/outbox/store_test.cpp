#include "executor/outbox/store.hpp"

#include <sys/stat.h>

#include "tests/executor/outbox/store_fixture.hpp"

namespace gantry::outbox {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

class store_test : public store_fixture {};

TEST_F(store_test, BeginsEmpty) {
  const snapshot found = open();
  EXPECT_EQ(found.last_id, 0);
  EXPECT_THAT(found.facts, IsEmpty());
  EXPECT_THAT(found.waiting, IsEmpty());
  EXPECT_EQ(found.notice, "");
  EXPECT_EQ(found.totals, totals{});
  EXPECT_EQ(store_->count(), totals{});
  struct stat status {};
  for (const char* part : {"", "-wal", "-shm"}) {
    ASSERT_EQ(stat((config_.file + part).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << part;
  }
}

TEST_F(store_test, IsTheSameAfterwards) {
  static_cast<void>(open());
  batch all;
  record one = make_record(5, "s:a", 1, "{\"x\":1}");
  one.expires = now_ + 5'000;
  record two = make_line(6, "s:b", 7, "caf\xC3\xA9");
  two.stream = engine::stream_kind::stderr_stream;
  two.truncated = true;
  record three = make_record(9, "s:a", 2, "");
  all.records = {one, two, three};
  all.seqs = {{"s:a:output", 3}, {"s:b:output", 8}, {"s:c:run", 1}};
  all.containers = {{"c1", "container/a", "{\"at\":1}", "[]"}, {"c2", "container/b", "", "[1]"}};
  all.targets = {{"container/a", "a", "", 0}, {"container/b", "b", "shop", 17}};
  all.entities = {{"Target", "s:a", "h1", {R"({"id":"s:a"})"}}, {"Action", "s:a:run", "h2", {}}};
  all.facts = {{"machine", "m1"}, {"empty", ""}};
  const totals after = write(all);
  EXPECT_EQ(after.records, 3U);
  EXPECT_EQ(after.lines, 3U);
  EXPECT_EQ(after.bytes, cost(one) + cost(two) + cost(three));
  EXPECT_EQ(after.oldest, one.timestamp);
  EXPECT_EQ(store_->count(), after);

  const snapshot found = open();
  all.facts.erase("empty");  // nothing is kept of it
  EXPECT_EQ(found.facts, all.facts);
  EXPECT_EQ(found.seqs, all.seqs);
  EXPECT_EQ(found.containers, all.containers);
  EXPECT_EQ(found.targets, all.targets);
  EXPECT_THAT(found.entities, testing::UnorderedElementsAreArray(all.entities));
  EXPECT_THAT(found.waiting, ElementsAre(model::target_id("s:a"), model::target_id("s:b")));
  EXPECT_EQ(found.last_id, 9);
  EXPECT_EQ(found.totals, after);
  EXPECT_EQ(load("s:a"), all_sealed({one, three}));
  EXPECT_EQ(load("s:b"), all_sealed({two}));
  EXPECT_THAT(load("s:c"), IsEmpty());
  EXPECT_FALSE(more_);
}

TEST_F(store_test, ForgetsWhatIsGoneBeforeItTakesWhatIsNew) {
  static_cast<void>(open());
  batch first;
  first.containers = {{"c1", "p1", "x", "y"}, {"c2", "p2", "x", "y"}};
  first.targets = {{"p1", "n", "", 0}, {"p2", "n", "", 0}};
  first.entities = {{"T", "1", "h", {}}, {"T", "2", "h", {}}, {"U", "1", "h", {}}};
  static_cast<void>(write(first));
  batch second;
  second.containers_gone = {"c1", "c2"};
  second.targets_gone = {"p1", "p2"};
  second.entities_gone = {{"T", "1"}, {"T", "2"}};
  second.containers = {{"c2", "p2", "new", "y"}};
  second.targets = {{"p2", "new", "", 3}};
  second.entities = {{"T", "2", "new", {"[]"}}};
  static_cast<void>(write(second));
  const snapshot found = open();
  EXPECT_EQ(found.containers, second.containers);
  EXPECT_EQ(found.targets, second.targets);
  EXPECT_THAT(found.entities, ElementsAre(second.entities[0], saved_entity{"U", "1", "h", {}}));
}

TEST_F(store_test, NeverUsesAnIdAgain) {
  static_cast<void>(open());
  static_cast<void>(
      write(of_records({make_record(41, "t", 1, "x"), make_record(42, "t", 2, "x")})));
  EXPECT_EQ(write(of_acknowledged({41, 42, 43})), totals{});
  EXPECT_EQ(open().last_id, 42);
  EXPECT_EQ(open().last_id, 42);
}

TEST_F(store_test, DropsATargetWithItsNumbers) {
  static_cast<void>(open());
  batch first = of_records({make_record(1, "s:a", 1, "x"), make_record(2, "s:ab", 1, "x")});
  record foreign = make_record(3, "s:a", 1, "x");
  foreign.emitter = model::emitter_id("elsewhere");
  first.records.push_back(foreign);
  first.seqs = {{"s:a:output", 2}, {"s:a:run", 4}, {"elsewhere", 2}, {"s:ab:output", 2}};
  static_cast<void>(write(first));
  batch second;
  second.dropped_targets = {model::target_id("s:a")};
  const totals after = write(second);
  EXPECT_EQ(after.records, 1U);
  EXPECT_EQ(after.dropped_full, 0U);
  EXPECT_THAT(load("s:a"), IsEmpty());
  const snapshot found = open();
  EXPECT_THAT(found.seqs, ElementsAre(Pair("s:ab:output", 2U)));
  EXPECT_THAT(found.waiting, ElementsAre(model::target_id("s:ab")));
  EXPECT_EQ(found.last_id, 3);
}

class store_dropped : public store_fixture {
 protected:
  // Far more than one write deletes.
  static constexpr std::uint64_t many = 20'000;

  void drop_many() {
    batch first;
    for (row_id id = 1; id <= static_cast<row_id>(many); ++id) {
      first.records.push_back(make_record(id, "s:a", static_cast<std::uint64_t>(id), "x"));
      first.records.back().expires = now_ + 500;
    }
    first.records.push_back(make_record(static_cast<row_id>(many) + 1, "s:b", 1, "x"));
    first.seqs = {{"s:a:output", many + 1}, {"s:b:output", 2}};
    static_cast<void>(write(first));
    static_cast<void>(load("s:a", 0, 1'000));
    batch second;
    second.dropped_targets = {model::target_id("s:a")};
    dropped_ = write(second);
  }

  totals dropped_;
  const record again_ = make_record(static_cast<row_id>(many) + 2, "s:a", 1, "again");
};

TEST_F(store_dropped, IsDeletedInPiecesAndNotFoundAnyMore) {
  static_cast<void>(open());
  drop_many();
  EXPECT_GT(dropped_.records, many / 2);
  EXPECT_TRUE(dropped_.dropping);
  EXPECT_THAT(load("s:a"), IsEmpty());
  totals last = dropped_;
  for (int writes = 0; last.dropping && writes < 100; ++writes) {
    const totals next = write_later();
    EXPECT_LE(last.records - next.records, 5'000U);
    last = next;
  }
  EXPECT_FALSE(last.dropping);
  EXPECT_EQ(last.records, 1U);
  EXPECT_EQ(last.dropped_expired, 0U);
  EXPECT_EQ(look_into(config_.file).size(), 1U);
}

TEST_F(store_dropped, MayComeBackMeanwhileAndAfterACrash) {
  static_cast<void>(open());
  drop_many();
  static_cast<void>(write(of_records({again_})));
  EXPECT_EQ(load("s:a"), all_sealed({again_}));
  const snapshot found = open();
  EXPECT_THAT(found.seqs, ElementsAre(Pair("s:b:output", 2U)));
  EXPECT_THAT(found.waiting, ElementsAre(model::target_id("s:b"), model::target_id("s:a")));
  EXPECT_TRUE(found.totals.dropping);
  EXPECT_EQ(load("s:a"), all_sealed({again_}));
  while (store_->count().dropping) static_cast<void>(write({}));
  EXPECT_EQ(store_->count().records, 2U);
  EXPECT_EQ(load("s:a"), all_sealed({again_}));
}

// And once more, while the first time is not over.
TEST_F(store_dropped, MayBeDroppedAgain) {
  static_cast<void>(open());
  drop_many();
  static_cast<void>(write(of_records({again_})));
  batch third;
  third.dropped_targets = {model::target_id("s:a")};
  static_cast<void>(write(third));
  EXPECT_THAT(load("s:a"), IsEmpty());
  while (store_->count().dropping) static_cast<void>(write({}));
  EXPECT_EQ(store_->count().records, 1U);
}

TEST_F(store_dropped, GoesBeforeWhatWaits) {
  config_.bytes_max = (many + 10) * 129;
  static_cast<void>(open());
  drop_many();
  EXPECT_EQ(
      write(of_records({make_record(40'000, "s:c", 1, std::string(1'000'000, 'x'))})).dropped_full,
      0U);
  EXPECT_EQ(look_into(config_.file).size(), 2U);
}

TEST_F(store_test, WorksWithoutAFile) {
  config_.file.clear();
  EXPECT_EQ(open().notice, "");
  batch all = of_records({make_line(1, "t", 1, "a"), make_line(2, "t", 2, "b")});
  EXPECT_EQ(write(all).trouble, "");
  ASSERT_EQ(load("t").size(), 1U);
  EXPECT_EQ(load("t").at(0).body, "a\nb");
  EXPECT_EQ(write_later(of_acknowledged({1})), totals{});
}

TEST_F(store_test, GivesThePagesBack) {
  static_cast<void>(open());
  std::vector<row_id> ids;
  for (row_id id = 1; id <= 400; ++id) {
    static_cast<void>(write(of_records({make_record(id, "t", 1, std::string(65'536, 'x'))})));
    ids.push_back(id);
  }
  const auto size = [&] {
    static_cast<void>(open());  // a checkpoint
    return std::filesystem::file_size(config_.file);
  };
  EXPECT_GT(size(), 400U * 65'536U);
  for (const row_id id : ids) static_cast<void>(write(of_acknowledged({id})));
  EXPECT_LT(size(), 3U << 20U);
}

TEST_F(store_test, CanBeLookedIntoFromOutside) {
  EXPECT_EQ(peek(config_.file), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(config_.file));
  static_cast<void>(open());
  EXPECT_EQ(peek(config_.file), totals{});
  const totals after =
      write(of_records({make_record(1, "t", 1, "x"), make_record(2, "t", 2, "y")}));
  EXPECT_EQ(peek(config_.file), after);
  store_.reset();
  EXPECT_EQ(peek(config_.file), after);
  EXPECT_FALSE(std::filesystem::exists(config_.file + "-wal"));
  EXPECT_FALSE(std::filesystem::exists(config_.file + "-shm"));
  EXPECT_EQ(peek(folder_.write("text", "something else")), std::nullopt);
  EXPECT_EQ(peek(folder_.write("empty", "")), std::nullopt);
  EXPECT_EQ(peek(folder_.path()), std::nullopt);
}

// As kill -9 leaves them: copies of files that are in use.
TEST_F(store_test, CanBeLookedIntoAfterACrash) {
  static_cast<void>(open());
  const totals after = write(of_records({make_record(1, "t", 1, "x")}));
  const std::string copy = folder_.file("copy#1.db");
  for (const char* part : {"", "-wal", "-shm"}) {
    std::filesystem::copy_file(config_.file + part, copy + part);
  }
  EXPECT_EQ(peek(copy), after);
  EXPECT_EQ(peek(copy), after);
  std::filesystem::remove(copy + "-shm");
  EXPECT_EQ(peek(copy), std::nullopt);
  config_.file = copy;
  EXPECT_EQ(open().totals, after);
  store_.reset();
  EXPECT_EQ(peek(copy), after);
}

TEST_F(store_test, IgnoresAnIdThatIsThere) {
  static_cast<void>(open());
  const record one = make_record(1, "t", 1, "x");
  static_cast<void>(write(of_records({one})));
  const totals after = write(of_records({make_record(1, "u", 1, "other")}));
  EXPECT_EQ(after.trouble, "");
  EXPECT_EQ(after.renewed, 0U);
  EXPECT_EQ(after.bytes, cost(one));
  EXPECT_EQ(load("t"), all_sealed({one}));
}

TEST_F(store_test, IsNotMisledByALogWithoutItsFile) {
  static_cast<void>(open());
  static_cast<void>(write(of_records({make_record(1, "t", 1, "x")})));
  const std::string alone = folder_.file("alone.db");
  std::filesystem::copy_file(config_.file + "-wal", alone + "-wal");
  config_.file = alone;
  EXPECT_EQ(open().notice, "");
  EXPECT_EQ(store_->count(), totals{});
  static_cast<void>(write(of_records({make_record(1, "t", 1, "new")})));
  EXPECT_EQ(open().totals.records, 1U);
}

TEST_F(store_test, SaysSoAndBeginsAnewWhereItsFileIsTaken) {
  static_cast<void>(open());
  static_cast<void>(write(of_records({make_record(1, "t", 1, "x")})));
  std::filesystem::remove(config_.file);
  const totals after = write_later(of_records({make_record(2, "t", 2, "y")}));
  EXPECT_EQ(after.renewed, 1U);
  EXPECT_EQ(after.records, 1U);
  EXPECT_THAT(after.notice, testing::HasSubstr("removed"));
  EXPECT_EQ(after.trouble, "");
  EXPECT_EQ(open().last_id, 2);
}

}  // namespace
}  // namespace gantry::outbox
