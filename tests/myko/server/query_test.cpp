// Live queries: which ids are known, what matches, and what a watcher hears.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"
#include "myko/server/query_matcher.hpp"
#include "tests/myko/server/core_driver.hpp"

namespace gantry::myko {
namespace {

using test::core_driver;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::optional<query_matcher> make(generation plays, std::string_view id, std::string_view type,
                                  std::string_view body = "{}") {
  return query_matcher::create(plays, id, type, json::parse(body).value());
}

bool matches(std::string_view body, std::string_view item) {
  const auto matcher = make(generation::ts, "GetTargetsByQuery", "Target", body);
  return matcher->matches("id", json::parse(item).value());
}

TEST(query_matcher, knows_both_plurals_of_target_status) {
  for (const char* id : {"GetAllTargetStatuses", "GetAllTargetStatuss", "GetTargetStatusesByIds",
                         "GetTargetStatussByQuery"}) {
    const auto matcher = make(generation::ts, id, "");
    ASSERT_TRUE(matcher) << id;
    EXPECT_EQ(matcher->item_type(), "TargetStatus");
  }
}

TEST(query_matcher, has_no_handler_for_unknown_ids) {
  for (const char* id : {"", "GetAll", "GetAllNopes", "GetTarget", "GetTargetsBy"}) {
    EXPECT_FALSE(make(generation::ts, id, "Target")) << id;
  }
}

TEST(query_matcher, of_rust_selects_the_whole_type_for_unknown_ids) {
  const auto matcher = make(generation::rust, "GetTargetsByServiceId", "Target");
  ASSERT_TRUE(matcher);
  EXPECT_EQ(matcher->item_type(), "Target");
  EXPECT_TRUE(matcher->matches("any", json::value()));
}

TEST(query_matcher, of_rust_knows_the_plural_with_an_s_alone) {
  for (const char* id : {"GetAllTargetStatuss", "GetTargetStatussByQuery", "GetAllEmitterStatuss",
                         "GetScenesByQuery", "GetAllClients"}) {
    const auto matcher = make(generation::rust, id, "Nope");
    ASSERT_TRUE(matcher);
    EXPECT_NE(matcher->item_type(), "Nope") << id;
  }
  for (const char* id : {"GetAllTargetStatuses", "GetTargetStatusesByIds", "GetAllAlerts"}) {
    const auto matcher = make(generation::rust, id, "Given", R"({"ids":["a"]})");
    ASSERT_TRUE(matcher);
    EXPECT_EQ(matcher->item_type(), "Given") << id;
    EXPECT_TRUE(matcher->matches("other", json::value())) << id;
  }
}

TEST(query_matcher, of_rust_cannot_read_ids_that_are_no_strings) {
  for (const char* body : {"{}", R"({"ids":"a"})", R"({"ids":[1]})"}) {
    EXPECT_FALSE(make(generation::rust, "GetTargetsByIds", "", body)) << body;
  }
  EXPECT_TRUE(make(generation::rust, "GetTargetsByIds", "", R"({"ids":[]})"));
}

TEST(query_matcher, of_rust_looks_at_fields_that_the_type_has) {
  const auto matches = [](std::string_view body, std::string_view item) {
    const auto matcher = make(generation::rust, "GetTargetsByQuery", "", body);
    return matcher->matches("id", json::parse(item).value());
  };
  EXPECT_TRUE(matches(R"({"tx":"q","category":"a","hash":"x"})", R"({"category":"a"})"));
  EXPECT_FALSE(matches(R"({"tx":"q","category":"a"})", R"({"category":"b"})"));
  EXPECT_TRUE(matches(R"({"query":{"category":"a"}})", R"({"category":"b"})"));
  EXPECT_TRUE(matches(R"({"category":{"$in":["a","b"]}})", R"({"category":"b"})"));
  EXPECT_FALSE(matches(R"({"category":{"$in":[]}})", R"({"category":"b"})"));
}

TEST(query_matcher, compares_fields_by_value) {
  EXPECT_TRUE(matches(R"({"tx":"q","query":{"a":1}})", R"({"a":1,"b":2})"));
  EXPECT_FALSE(matches(R"({"tx":"q","query":{"a":1}})", R"({"a":"1"})"));
  EXPECT_FALSE(matches(R"({"tx":"q","query":{"a":1}})", R"({"b":1})"));
  EXPECT_TRUE(matches(R"({"query":{"a":{"x":1,"y":2}}})", R"({"a":{"y":2,"x":1}})"));
}

TEST(query_matcher, takes_null_for_anything) {
  EXPECT_TRUE(matches(R"({"query":{"a":null}})", R"({"a":1})"));
  EXPECT_TRUE(matches(R"({"query":{"a":null}})", "{}"));
}

TEST(query_matcher, reads_fields_beside_the_tx) {
  const char* body = R"({"tx":"q","createdAt":"now","serviceId":"s"})";
  EXPECT_TRUE(matches(body, R"({"serviceId":"s"})"));
  EXPECT_FALSE(matches(body, R"({"serviceId":"t"})"));
}

class live_query : public testing::Test {
 protected:
  void set(const char* id, const char* kind) {
    server.send(executor, core_driver::publish("Target", R"({"id":")" + std::string(id) +
                                                             R"(","kind":")" + kind + "\"}"));
  }
  void ask(std::string_view id, std::string_view rest = "") {
    server.send(watcher, core_driver::query(id, "Target", "q", rest));
  }

  core_driver server{generation::docs};
  connection_id executor = server.connect();
  connection_id watcher = [this] {
    const auto id = server.connect();
    server.take(id);
    return id;
  }();
};

TEST_F(live_query, starts_with_sequence_0_even_when_there_is_nothing) {
  ask("GetAllTargets");
  EXPECT_THAT(server.take_one(watcher), HasSubstr(R"("sequence":0,"upserts":[])"));
}

TEST_F(live_query, numbers_its_responses_without_a_gap) {
  ask("GetAllTargets");
  for (const char* kind : {"a", "b", "c"}) set("t", kind);
  EXPECT_THAT(server.take(watcher),
              ElementsAre(HasSubstr(R"("sequence":0)"), HasSubstr(R"("sequence":1)"),
                          HasSubstr(R"("sequence":2)"), HasSubstr(R"("sequence":3)")));
}

TEST_F(live_query, hears_of_an_item_that_leaves_and_comes_back) {
  ask("GetTargetsByQuery", R"(,"query":{"kind":"a"})");
  set("t", "a");
  set("t", "b");
  set("t", "c");
  set("t", "a");
  EXPECT_THAT(server.take(watcher),
              ElementsAre(HasSubstr(R"("sequence":0)"), HasSubstr(R"("id":"t")"),
                          HasSubstr(R"("deletes":["t"])"), HasSubstr(R"("sequence":3)")));
}

TEST_F(live_query, hears_nothing_of_an_item_that_was_never_in_it) {
  ask("GetTargetsByIds", R"(,"ids":["x"])");
  server.take(watcher);
  set("t", "a");
  server.send(executor, core_driver::publish("Target", R"({"id":"t"})", "DEL"));
  EXPECT_THAT(server.take(watcher), IsEmpty());
}

TEST_F(live_query, ends_with_its_connection) {
  ask("GetAllTargets");
  server.take(watcher);
  server.disconnect(watcher);
  set("t", "a");
  EXPECT_THAT(server.take(watcher), IsEmpty());
}

TEST(query_cancel, is_read_where_the_generation_has_it) {
  struct example {
    generation plays;
    const char* cancel;
    bool ends;
  };
  const char* outer = R"({"event":"ws:m:query-cancel","tx":"q"})";
  const char* inner = R"({"event":"ws:m:query-cancel","data":{"tx":"q"}})";
  for (const example& each :
       {example{generation::ts, outer, true}, example{generation::ts, inner, false},
        example{generation::rust, outer, false}, example{generation::rust, inner, true},
        example{generation::docs, outer, true}, example{generation::docs, inner, true}}) {
    core_driver server(each.plays);
    const auto client = server.connect();
    server.send(client, core_driver::query("GetAllClients", "Client", "q"));
    server.take(client);
    server.send(client, each.cancel);
    server.connect();  // its Client item is a change
    EXPECT_EQ(server.take(client).empty(), each.ends) << to_string(each.plays) << each.cancel;
  }
}

TEST(query_of_rust, that_cannot_be_read_is_not_answered) {
  core_driver server(generation::rust);
  const auto client = server.connect();
  server.send(client, core_driver::query("GetTargetsByIds", "Target", "q"));
  EXPECT_THAT(server.take(client), IsEmpty());
  EXPECT_THAT(server.take_log(), ElementsAre(HasSubstr("GetTargetsByIds")));
}

TEST(query_of_rust, sorts_by_id_and_counts_all) {
  core_driver server(generation::rust);
  const auto client = server.connect();
  for (const char* id : {"b", "c", "a"}) {
    server.send(client, core_driver::publish("Machine", R"({"id":")" + std::string(id) + "\"}"));
  }
  server.send(client,
              core_driver::query("GetMachinesByIds", "Machine", "q", R"(,"ids":["c","a"])"));
  EXPECT_THAT(
      server.take_one(client),
      testing::MatchesRegex(R"re(\{"event":"ws:m:query-response","data":\{"deletes":\[\],)re"
                            R"re("upserts":\[.*"id":"a".*"id":"c".*\],"sequence":0,)re"
                            R"re("tx":"q","totalCount":2\}\})re"));
}

TEST(query_of_rust, with_a_tx_in_use_is_ignored) {
  core_driver server(generation::rust);
  const auto client = server.connect();
  server.send(client, core_driver::query("GetAllTargets", "Target", "q"));
  server.send(client, core_driver::query("GetAllActions", "Action", "q"));
  EXPECT_THAT(server.take(client), testing::SizeIs(1));
}

}  // namespace
}  // namespace gantry::myko
