// How rows are asked for on each generation, and what answers say.
#include "myko/session/row_query.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::myko::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Key;

query_response answer(std::uint64_t sequence, const std::vector<std::string>& ids,
                      std::vector<std::string> deletes = {}) {
  query_response out{.tx = "q", .sequence = sequence, .upserts = {}, .deletes = std::move(deletes)};
  for (const std::string& id : ids) {
    out.upserts.push_back({"Target", {R"({"id":")" + id + R"("})"}});
  }
  return out;
}

TEST(make_query, names_the_query_as_the_generation_does) {
  const row_choice statuses{.type = "TargetStatus", .ids = {"a", "b"}, .field = "", .value = ""};
  EXPECT_EQ(make_query(statuses, generation::rust, "1").id, "GetTargetStatussByIds");
  EXPECT_EQ(make_query(statuses, generation::ts, "1").id, "GetTargetStatusesByIds");
  const row_choice actions{.type = "Action", .ids = {}, .field = "targetId", .value = "t"};
  EXPECT_EQ(make_query(actions, generation::rust, "1").id, "GetActionsByQuery");
  EXPECT_EQ(make_query(actions, generation::rust, "1").item_type, "Action");
}

TEST(make_query, puts_fields_where_the_generation_looks_for_them) {
  const row_choice what{.type = "Action", .ids = {}, .field = "targetId", .value = "t"};
  EXPECT_EQ(make_query(what, generation::rust, "1").body.bytes, R"({"targetId":"t","tx":"1"})");
  EXPECT_EQ(make_query(what, generation::ts, "1").body.bytes,
            R"({"query":{"targetId":"t"},"tx":"1"})");
  const row_choice ids{.type = "Action", .ids = {"a", "b"}, .field = "", .value = ""};
  EXPECT_EQ(make_query(ids, generation::ts, "1").body.bytes, R"({"ids":["a","b"],"tx":"1"})");
}

TEST(row_query, follows_what_changes) {
  row_query rows("q");
  EXPECT_TRUE(rows.receive(answer(0, {"a", "b"})));
  EXPECT_TRUE(rows.receive(answer(1, {"c"})));
  EXPECT_TRUE(rows.receive(answer(2, {}, {"a"})));
  EXPECT_THAT(rows.rows(), ElementsAre(Key("b"), Key("c")));
}

TEST(row_query, begins_anew_with_a_zero_in_mid_stream) {
  row_query rows("q");
  EXPECT_TRUE(rows.receive(answer(0, {"a", "b"})));
  EXPECT_TRUE(rows.receive(answer(1, {"c"})));
  EXPECT_TRUE(rows.receive(answer(0, {})));
  EXPECT_THAT(rows.rows(), IsEmpty());
  EXPECT_TRUE(rows.receive(answer(1, {"d"})));
  EXPECT_THAT(rows.rows(), ElementsAre(Key("d")));
}

TEST(row_query, knows_that_an_answer_is_missing) {
  row_query rows("q");
  EXPECT_FALSE(rows.receive(answer(1, {"a"}))) << "before the first";
  EXPECT_TRUE(rows.receive(answer(0, {"a"})));
  EXPECT_FALSE(rows.receive(answer(2, {"b"})));
}

// A live query lives as long as its connection.
TEST(row_query, keeps_no_rows_that_were_not_asked_for) {
  row_query rows("q", {"a"});
  EXPECT_TRUE(rows.receive(answer(0, {"a", "b"})));
  EXPECT_TRUE(rows.receive(answer(1, {"c", "d"})));
  EXPECT_THAT(rows.rows(), ElementsAre(Key("a")));
}

TEST(row_query, passes_over_what_is_no_row) {
  row_query rows("q");
  query_response odd = answer(0, {"a"});
  odd.upserts.push_back({"Target", {"null"}});
  odd.upserts.push_back({"Target", {R"({"id":7})"}});
  EXPECT_TRUE(rows.receive(odd));
  EXPECT_THAT(rows.rows(), ElementsAre(Key("a")));
}

}  // namespace
}  // namespace gantry::myko::test
