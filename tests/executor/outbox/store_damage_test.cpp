#include <fstream>
#include <iterator>

#include "tests/executor/outbox/store_fixture.hpp"
#include "tests/support/seed.hpp"

namespace gantry::outbox {
namespace {

using testing::HasSubstr;

class store_damage : public store_fixture {
 protected:
  void fill(row_id records = 50) {
    static_cast<void>(open());
    batch all;
    for (row_id id = 1; id <= records; ++id) {
      all.records.push_back(
          make_record(id, "t", static_cast<std::uint64_t>(id), std::string(5'000, 'x')));
    }
    all.facts = {{"machine", "m"}};
    static_cast<void>(write(all));
  }
  void expect_new_one(const std::string& why) {
    const snapshot found = open();
    EXPECT_THAT(found.notice, HasSubstr("was moved to " + config_.file + ".damaged-"));
    EXPECT_THAT(found.notice, HasSubstr(why));
    EXPECT_EQ(found.last_id, 0);
    EXPECT_EQ(found.totals, totals{});
    EXPECT_EQ(write(of_records({make_record(1, "t", 1, "x")})).trouble, "");
    EXPECT_EQ(open().totals.records, 1U);
  }
  [[nodiscard]] bool exists(const std::string& ending) const {
    return std::filesystem::exists(config_.file + ending);
  }
  void overwrite(std::streamoff at, const std::string& bytes) const {
    std::fstream file(config_.file, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << bytes;
  }
};

TEST_F(store_damage, NoDatabaseAtAll) {
  const std::string text(10'000, '?');
  static_cast<void>(folder_.write("gantry.db", text));
  static_cast<void>(folder_.write("gantry.db-wal", "more"));
  expect_new_one("not a database");
  std::string kept;
  std::ifstream(config_.file + ".damaged-1") >> kept;
  EXPECT_EQ(kept, text);
  EXPECT_TRUE(exists(".damaged-1-wal"));
}

TEST_F(store_damage, OfAnotherProgram) {
  {
    database other;
    other.open(config_.file, database::access::write);
    other.run("CREATE TABLE pulse (x); INSERT INTO pulse VALUES (17)");
  }
  expect_new_one("of another program");
  database other;
  other.open(config_.file + ".damaged-1", database::access::write);
  EXPECT_EQ(number(other, "SELECT x FROM pulse"), 17);
}

TEST_F(store_damage, OfANewerVersion) {
  fill();
  store_.reset();
  {
    database newer;
    newer.open(config_.file, database::access::write);
    newer.run("PRAGMA user_version=99");
  }
  EXPECT_EQ(peek(config_.file), std::nullopt);
  expect_new_one("it is of version 99");
}

TEST_F(store_damage, CutShort) {
  fill();
  store_.reset();
  const auto size = std::filesystem::file_size(config_.file);
  std::filesystem::resize_file(config_.file, size / 3);
  EXPECT_EQ(peek(config_.file), std::nullopt);
  expect_new_one("it is damaged");
}

TEST_F(store_damage, WithoutATable) {
  fill();
  store_.reset();
  {
    database in;
    in.open(config_.file, database::access::write);
    in.run("DROP TABLE fact");
  }
  expect_new_one("it is damaged: the table fact is not there");
}

TEST_F(store_damage, WithATableThatIsAnother) {
  fill();
  store_.reset();
  std::string bytes;
  {
    std::ifstream file(config_.file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>(file), {});
  }
  const auto at = bytes.find("PRIMARY KEY,\n  name TEXT NOT NULL UNIQUE,\n  lane");
  ASSERT_NE(at, std::string::npos);
  overwrite(static_cast<std::streamoff>(at), "-------");
  expect_new_one("it is damaged: the table emitter is not there, or another");
}

// As some file systems leave it behind a loss of power.
TEST_F(store_damage, EmptyThoughItWasNot) {
  fill();
  store_.reset();
  static_cast<void>(folder_.write("gantry.db", ""));
  expect_new_one("it is empty");
}

TEST_F(store_damage, WithANumberThatCannotBeCountedOn) {
  for (const char* const damage :
       {"UPDATE mark SET value = 9223372036854775807 WHERE name = 'last_id'",
        "UPDATE mark SET value = 4611686018427387905 WHERE name = 'last_id'",
        "UPDATE emitter SET next = 9223372036854775807"}) {
    fill(2);
    store_.reset();
    {
      database in;
      in.open(config_.file, database::access::write);
      in.run(damage);
      ASSERT_TRUE(in.ok()) << damage;
    }
    expect_new_one("it is damaged: a number is out of range");
    store_.reset();
    std::filesystem::remove(config_.file);
  }
}

TEST_F(store_damage, WithoutAnEmitter) {
  fill();
  store_.reset();
  {
    database in;
    in.open(config_.file, database::access::write);
    in.run("DELETE FROM emitter");
  }
  static_cast<void>(open());
  EXPECT_TRUE(load("t").empty());
  EXPECT_EQ(store_->count().renewed, 1U);
  EXPECT_THAT(store_->count().notice, HasSubstr("a pulse has no emitter"));
}

TEST_F(store_damage, KeepsThree) {
  for (int times = 0; times < 5; ++times) {
    static_cast<void>(folder_.write("gantry.db", "garbage " + std::to_string(times)));
    EXPECT_THAT(open().notice, HasSubstr(".damaged-" + std::to_string(times + 1)));
    store_.reset();
  }
  EXPECT_FALSE(exists(".damaged-2"));
  EXPECT_TRUE(exists(".damaged-3"));
  EXPECT_TRUE(exists(".damaged-5"));
}

TEST_F(store_damage, WhatCannotBeMovedStaysAndMemoryServes) {
  // A folder in its place is no damage, and may go away.
  std::filesystem::create_directory(config_.file);
  EXPECT_NE(open().totals.trouble, "");
  EXPECT_EQ(write(of_records({make_record(1, "t", 1, "x")})).records, 1U);
  std::filesystem::remove(config_.file);
  EXPECT_EQ(write_later().trouble, "");
  EXPECT_EQ(open().totals.records, 1U);
}

// Found when it is come across, since looking for it at the start would take too long.
TEST_F(store_damage, WhileRunning) {
  fill(2'000);
  static_cast<void>(open());
  overwrite(4'096, std::string(std::filesystem::file_size(config_.file) - 4'096, '\x5A'));
  totals after;
  for (int tries = 0; tries < 10 && after.renewed == 0; ++tries) {
    static_cast<void>(load("t", tries * 200));
    after = write_later(of_records({make_record(2'001 + tries, "t", 1, "x")}));
  }
  EXPECT_EQ(after.renewed, 1U);
  EXPECT_EQ(after.trouble, "");
  EXPECT_THAT(after.notice, HasSubstr("lines) that waited in it are not told"));
  EXPECT_THAT(after.notice, HasSubstr(config_.file + ".damaged-1"));
  EXPECT_TRUE(exists(".damaged-1"));
  const auto last = after.records;
  EXPECT_GE(open().last_id, 2'001);
  EXPECT_EQ(store_->count().records, last);
}

// Whatever is flipped, nothing crashes, and what is written afterwards is there.
TEST_F(store_damage, AnywhereInTheFile) {
  for (const std::uint64_t seed : test::seeds(60)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice dice(seed);
    std::filesystem::remove(config_.file);
    fill();
    store_.reset();
    const auto size = std::filesystem::file_size(config_.file);
    const std::size_t flips = 1 + dice.upto(30);
    for (std::size_t each = 0; each < flips; ++each) {
      const bool early = dice.one_in(2);
      overwrite(static_cast<std::streamoff>(dice.upto(early ? 40'000 : size - 1)),
                std::string(1 + dice.upto(20), static_cast<char>(dice.upto(255))));
    }
    static_cast<void>(peek(config_.file));
    const row_id last = open().last_id;
    totals after;
    for (row_id id = 1; id <= 20; ++id) {
      static_cast<void>(load("t", id * 2, 20'000));
      batch some = of_records({make_record(std::max<row_id>(last, 50) + id, "u", 1, "x")});
      some.acknowledged = {id};
      after = write_later(some);
    }
    EXPECT_EQ(after.trouble, "");
    // Each of these may be what finds it, and then begins anew.
    static_cast<void>(load("t"));
    after = write_later(of_records({make_record(1'000, "u", 2, "y")}));
    const bool given = !load("u").empty();
    EXPECT_TRUE(given || store_->count().renewed > after.renewed);
  }
}

}  // namespace
}  // namespace gantry::outbox
