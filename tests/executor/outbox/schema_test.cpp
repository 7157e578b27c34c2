#include "executor/outbox/schema.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>
#include <vector>

#include "tests/executor/temp_folder.hpp"

namespace gantry::outbox {
namespace {

class schema_test : public testing::Test {
 protected:
  schema_test() { open(); }
  void open() { database_.open(folder_.file("x.db"), database::access::write); }

  temp_folder folder_;
  database database_;
};

TEST_F(schema_test, IsMadeOnce) {
  EXPECT_EQ(foreign(database_), "");
  EXPECT_FALSE(is_current(database_));
  prepare(database_, durability::full);
  ASSERT_TRUE(database_.ok()) << database_.words();
  EXPECT_TRUE(is_current(database_));
  EXPECT_EQ(number(database_, "PRAGMA auto_vacuum"), 2);
  EXPECT_EQ(number(database_, "PRAGMA synchronous"), 2);
  execute(database_, "INSERT INTO fact VALUES ('a', 'b')");
  open();
  prepare(database_, durability::normal);
  EXPECT_EQ(foreign(database_), "");
  EXPECT_EQ(number(database_, "PRAGMA synchronous"), 1);
  EXPECT_EQ(number(database_, "SELECT count(*) FROM fact"), 1);
  query mode(database_, "PRAGMA journal_mode");
  ASSERT_TRUE(mode.step());
  EXPECT_EQ(mode.text(0), "wal");
}

TEST_F(schema_test, KnowsWhoseItIs) {
  prepare(database_, durability::off);
  EXPECT_EQ(number(database_, "PRAGMA synchronous"), 0);
  const std::string newer = std::to_string(schema_version() + 1);
  database_.run(("PRAGMA user_version=" + newer).c_str());
  EXPECT_EQ(foreign(database_), "it is of version " + newer +
                                    ", and this gantry knows no newer one than " +
                                    std::to_string(schema_version()));
  database_.run("PRAGMA application_id=17");
  EXPECT_EQ(foreign(database_), "it is the database of another program");
  EXPECT_FALSE(is_current(database_));
}

// Drops by age, by order and by target look at few rows, however many there are.
TEST_F(schema_test, HasItsIndexesUsed) {
  prepare(database_, durability::off);
  for (const auto& [sql, index] : std::vector<std::pair<std::string_view, std::string>>{
           {"EXPLAIN QUERY PLAN SELECT id FROM pulse WHERE lane = 1 AND id > 7 ORDER BY id",
            "pulse_lane"},
           {"EXPLAIN QUERY PLAN SELECT id FROM pulse WHERE expires > 0 AND expires <= 7"
            " ORDER BY expires LIMIT 9",
            "pulse_expires"},
           {"EXPLAIN QUERY PLAN SELECT name FROM emitter WHERE lane = 3", "emitter_lane"}}) {
    query plan(database_, sql);
    ASSERT_TRUE(plan.step()) << database_.words();
    EXPECT_NE(plan.text(3).find(index), std::string::npos) << plan.text(3);
    EXPECT_FALSE(plan.step()) << plan.text(3);  // as for a sort
  }
}

}  // namespace
}  // namespace gantry::outbox
