// A disk that is smaller than the limits of the store.
#include <algorithm>

#include "executor/outbox/store_room.hpp"
#include "tests/executor/outbox/failing_disk.hpp"
#include "tests/executor/outbox/store_fixture.hpp"
#include "tests/support/seed.hpp"

namespace gantry::outbox {
namespace {

class store_small_disk : public store_fixture {
 protected:
  static constexpr std::uint64_t kib = 1U << 10U;
  static constexpr std::uint64_t mib = 1U << 20U;

  store_small_disk() {
    failing_disk::install();
    config_.free_bytes = [] { return failing_disk::free_bytes(); };
    failing_disk::set_capacity(4 * mib);
    static_cast<void>(open());
  }
  ~store_small_disk() override {
    store_.reset();
    failing_disk::set_capacity(0);
  }

  // Every 20 ms some lines, and the place in the log behind them.
  totals print(int writes, int lines = 20, std::size_t size = 1'300) {
    totals out;
    for (int each = 0; each < writes; ++each) {
      batch some;
      for (int line = 0; line < lines; ++line) {
        ++last_;
        const auto seq = static_cast<std::uint64_t>(last_);
        some.records.push_back(make_record(last_, "t", seq, std::string(size, 'x')));
      }
      some.containers = {{"c", "p", std::to_string(last_), ""}};
      some.seqs = {{"t:output", static_cast<std::uint64_t>(last_) + 1}};
      now_ += 20;
      out = write(some);
    }
    return out;
  }

  // Every number once, in order, up to the last; how many of them by a notice.
  std::uint64_t expect_no_gap(const std::vector<record>& found, std::uint64_t next = 1) {
    std::uint64_t dropped = 0;
    for (const record& each : found) {
      EXPECT_EQ(each.seq, next);
      next = each.seq + each.count;
      dropped += each.form == form::notice ? each.count : 0;
    }
    EXPECT_EQ(next, static_cast<std::uint64_t>(last_) + 1);
    return dropped;
  }

  // A core reads all that waits, a window at a time, while the containers go on to print.
  void drain(int prints) {
    for (int round = 0; round < 10'000; ++round) {
      if (!read_some() && prints == 0) break;
      if (prints > 0) static_cast<void>(print(1));
      prints = std::max(prints - 1, 0);
    }
    EXPECT_EQ(next_, static_cast<std::uint64_t>(last_) + 1);
  }
  bool read_some() {
    const std::vector<record> some = load("t", after_, mib / 4);
    batch read;
    for (const record& each : some) {
      EXPECT_EQ(each.seq, next_);
      next_ = each.seq + each.count;
      after_ = each.id;
      read.acknowledged.push_back(each.id);
    }
    now_ += 20;
    static_cast<void>(write(read));
    return !some.empty();
  }

  void expect_on_disk() {
    EXPECT_EQ(write_later().trouble, "");
    const std::uint64_t dropped = store_->count().dropped_full;
    EXPECT_EQ(expect_no_gap(look_into(config_.file)), dropped);
    const snapshot found = open();
    EXPECT_EQ(found.containers.at(0).cursor, std::to_string(last_));
    EXPECT_EQ(found.last_id, last_);
  }

  // With a database and a disk of its own.
  void begin_anew(std::uint64_t capacity, const std::string& name) {
    store_.reset();
    failing_disk::install();
    failing_disk::set_capacity(capacity);
    config_.file = folder_.file(name + ".db");
    static_cast<void>(open());
    last_ = after_ = 0;
    next_ = 1;
  }

  // Prints, reads, and lets others take the disk's room and give it back, by the chances of a seed.
  // In the end there is room, and nothing that waits.
  void live_with(std::uint64_t seed) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    const std::uint64_t capacity = 2 * mib + dice.upto(6 * mib);
    begin_anew(capacity, std::to_string(seed));
    for (int step = 0; step < 150; ++step) {
      const auto size = static_cast<std::size_t>(1) << dice.upto(14);
      static_cast<void>(
          print(static_cast<int>(dice.upto(6)), static_cast<int>(1 + dice.upto(60)), size));
      if (dice.upto(2) == 0) static_cast<void>(read_some());
      if (dice.upto(10) == 0) {
        failing_disk::set_capacity(capacity - dice.upto(failing_disk::free_bytes()));
      }
      if (dice.upto(10) == 0) failing_disk::set_capacity(capacity);
      if (dice.upto(4) == 0) now_ += 1'000;
    }
    failing_disk::set_capacity(capacity);
    drain(0);
    const totals end = write_later();
    EXPECT_EQ(end.trouble, "");
    EXPECT_EQ(end.records, 0U);
  }

  row_id last_ = 0;         // printed
  row_id after_ = 0;        // read by the core
  std::uint64_t next_ = 1;  // and the number that it expects
};

TEST_F(store_small_disk, HoldsTheNewest) {
  EXPECT_EQ(print(1'500).trouble, "");  // ten times what it holds
  EXPECT_GT(store_->count().records, 1'000U);
  expect_on_disk();
}

TEST_F(store_small_disk, IsDrained) {
  static_cast<void>(print(500));
  drain(200);
  EXPECT_EQ(write_later().trouble, "");
  EXPECT_EQ(store_->count().records, 0U);
}

TEST_F(store_small_disk, MayBeFilledByOthersWhereverItStands) {
  for (int round = 0; round < 40; ++round) {
    static_cast<void>(print(3 + round));
    const std::uint64_t room = failing_disk::free_bytes();
    failing_disk::set_capacity(4 * mib - room);
    EXPECT_NE(print(60).trouble, "");
    failing_disk::set_capacity(4 * mib);
    EXPECT_EQ(write_later().trouble, "");
    EXPECT_EQ(print(5).trouble, "");
  }
  expect_on_disk();
}

// More in memory than there is room for on the disk.
TEST_F(store_small_disk, TakesWhatFitsOfWhatMemoryHeld) {
  static_cast<void>(print(30));
  failing_disk::set_capacity(mib / 2);
  EXPECT_NE(print(500).trouble, "");
  EXPECT_GT(store_->count().bytes, 12 * mib);
  failing_disk::set_capacity(4 * mib);
  EXPECT_EQ(write_later().trouble, "");
  EXPECT_LT(store_->count().bytes, 4 * mib);
  expect_on_disk();
}

// Wherever the disk begins to fail again, and gantry with it or not.
TEST_F(store_small_disk, MayFailInTheMiddleOfAMove) {
  failing_disk::set_capacity(0);
  int in_the_middle = 0;
  for (int writes = 0; writes < 600; writes += 17) {
    SCOPED_TRACE(writes);
    config_.file = folder_.file(std::to_string(writes) + ".db");
    static_cast<void>(open());
    last_ = 0;
    static_cast<void>(print(2));
    failing_disk::set(failing_disk::mode::full);
    static_cast<void>(print(40));
    failing_disk::set(failing_disk::mode::full, writes);
    static_cast<void>(write_later());
    failing_disk::set(failing_disk::mode::works);
    const std::size_t moved = look_into(config_.file).size();
    if (moved > 40 && moved < 840) ++in_the_middle;
    if (writes % 2 == 1) {  // what memory held is lost, and what was moved without its cursor
      const snapshot found = open();
      last_ = std::stoll(found.containers.at(0).cursor);
      EXPECT_TRUE(last_ == 40 || moved == 840);
      EXPECT_EQ(found.totals.records, static_cast<std::uint64_t>(last_));
      EXPECT_EQ(found.seqs.at("t:output"), static_cast<std::uint64_t>(last_) + 1);
      EXPECT_EQ(load("t").size(), found.totals.records);
    }
    EXPECT_EQ(write_later().trouble, "");
    EXPECT_EQ(expect_no_gap(look_into(config_.file)), 0U);
    EXPECT_EQ(open().totals.records, static_cast<std::uint64_t>(last_));
  }
  EXPECT_GT(in_the_middle, 5);
}

TEST_F(store_small_disk, GoesOnWhateverHappens) {
  for (const std::uint64_t seed : test::seeds(6)) {
    live_with(seed);
    if (HasFailure()) return;
  }
}

// The log held all the room that there was, and each try needed more than its rest.
TEST_F(store_small_disk, GoesOnThoughItsOwnLogFillsTheDisk) {
  live_with(30);
  live_with(43);
}

// Others have taken the disk but for a little more than what gantry leaves free, and all that is
// there is to be deleted: in steps for which there is room.
TEST_F(store_small_disk, DropsATargetWithLittleRoom) {
  for (const std::size_t size : {1U, 50U, 300U, 1'300U, 8'000U}) {
    SCOPED_TRACE("lines of " + std::to_string(size) + " bytes");
    begin_anew(12 * mib, std::to_string(size));
    static_cast<void>(print(300, 20, size));
    failing_disk::set_capacity(12 * mib - (failing_disk::free_bytes() - 530 * kib));
    batch drop;
    drop.dropped_targets = {model::target_id("t")};
    totals last = write(drop);
    for (int writes = 0; writes < 1'000 && last.dropping && last.trouble.empty(); ++writes) {
      last = write_later();
    }
    EXPECT_EQ(last.trouble, "");
    EXPECT_EQ(last.records, 0U);
    EXPECT_TRUE(look_into(config_.file).empty());
  }
}

// What has been sent while the disk was full is deleted a little at a time: others wait for the
// disk's thread.
TEST_F(store_small_disk, DeletesALimitedNumberOfRowsAtOnceWhereThereIsLittleRoom) {
  std::uint64_t free = room::endless;
  failing_disk::set_capacity(0);
  config_.free_bytes = [&free] { return free; };
  static_cast<void>(open());
  static_cast<void>(print(30));  // 600 rows
  free = 0;
  static_cast<void>(print(1));
  std::vector<row_id> all;
  for (row_id id = 1; id <= 600; ++id) all.push_back(id);
  static_cast<void>(write(of_acknowledged(all)));
  free = 100 * kib;  // enough for a row
  for (const std::size_t left : {344U, 88U, 0U}) {
    EXPECT_NE(write_later().trouble, "");
    EXPECT_EQ(look_into(config_.file).size(), left);
  }
  free = room::endless;
  EXPECT_EQ(write_later().trouble, "");
  EXPECT_EQ(look_into(config_.file).size(), 20U);
}

}  // namespace
}  // namespace gantry::outbox
