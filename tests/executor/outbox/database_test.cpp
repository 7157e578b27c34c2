#include "executor/outbox/database.hpp"

#include <gtest/gtest.h>

namespace gantry::outbox {
namespace {

class database_test : public testing::Test {
 protected:
  database_test() {
    database_.open("", database::access::write);
    database_.run("CREATE TABLE t (a, b)");
  }
  std::int64_t rows() { return number(database_, "SELECT count(*) FROM t"); }

  database database_;
};

TEST_F(database_test, KeepsWhatItIsGiven) {
  const std::string text("a\0b", 3);
  execute(database_, "INSERT INTO t VALUES (?, ?)", text, -7);
  execute(database_, "INSERT INTO t VALUES (?, ?)", std::string_view(), UINT64_MAX);
  query each(database_, "SELECT a, b FROM t");
  ASSERT_TRUE(each.step());
  EXPECT_EQ(each.text(0), text);
  EXPECT_EQ(each.integer(1), -7);
  ASSERT_TRUE(each.step());
  EXPECT_EQ(each.text(0), "");
  EXPECT_FALSE(each.is_null(0));
  EXPECT_EQ(each.natural(1), UINT64_MAX);
  EXPECT_FALSE(each.step());
  EXPECT_TRUE(database_.ok());
}

TEST_F(database_test, DoesNothingAfterAFailure) {
  database_.run("INSERT INTO missing VALUES (1)");
  EXPECT_FALSE(database_.ok());
  EXPECT_EQ(database_.words(), "no such table: missing");
  database_.run("INSERT INTO t VALUES (1, 1)");
  execute(database_, "INSERT INTO t VALUES (?, 1)", 1);
  execute(database_, "nonsense");
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(database_.words(), "no such table: missing");
  database_.forgive();
  EXPECT_TRUE(database_.ok());
  EXPECT_EQ(rows(), 0);
  execute(database_, "INSERT INTO t VALUES (?, 1)", 1);
  EXPECT_EQ(rows(), 1);
}

TEST_F(database_test, UndoesWhatIsNotCommitted) {
  {
    const transaction undone(database_);
    execute(database_, "INSERT INTO t VALUES (1, 1)");
    EXPECT_EQ(rows(), 1);
  }
  EXPECT_EQ(rows(), 0);
  {
    transaction fails(database_);
    execute(database_, "INSERT INTO t VALUES (1, 1)");
    database_.run("nonsense");
    EXPECT_FALSE(fails.commit());
  }
  database_.forgive();
  EXPECT_EQ(rows(), 0);
  {
    transaction done(database_);
    execute(database_, "INSERT INTO t VALUES (1, 1)");
    EXPECT_TRUE(done.commit());
  }
  EXPECT_EQ(rows(), 1);
}

TEST(DatabaseClosed, FailsInWords) {
  database closed;
  EXPECT_EQ(number(closed, "SELECT 1"), 0);
  EXPECT_FALSE(closed.ok());
  EXPECT_NE(closed.words(), "");
  EXPECT_FALSE(closed.open("/no/such/folder/file", database::access::write));
  EXPECT_FALSE(closed.ok());
  EXPECT_FALSE(closed.is_open());
}

}  // namespace
}  // namespace gantry::outbox
