#include "myko/write.hpp"

#include <gtest/gtest.h>

#include "myko/parse.hpp"

namespace gantry::myko {
namespace {

TEST(write, puts_an_event_into_its_envelope) {
  EXPECT_EQ(write(event{.item_type = "Target",
                        .change = change_type::set,
                        .item = {R"({"id":"s:t"})"},
                        .tx = "t1",
                        .created_at = "2026-11-21T09:00:00.000Z"}),
            R"({"event":"ws:m:event","data":{"itemType":"Target","changeType":"SET",)"
            R"("createdAt":"2026-11-21T09:00:00.000Z","tx":"t1","item":{"id":"s:t"}}})");
}

TEST(write, leaves_out_an_events_empty_tx_and_time) {
  EXPECT_EQ(write(event{.item_type = "Target", .change = change_type::del, .item = {"{}"}}),
            R"({"event":"ws:m:event","data":{"itemType":"Target","changeType":"DEL","item":{}}})");
}

// ts and rust read `data`, the docs generation the top level; rust wants `response` even when null.
TEST(write, gives_a_response_for_every_generation) {
  EXPECT_EQ(write(command_response{"t", {"null"}}),
            R"({"tx":"t","event":"ws:m:command-response","data":{"tx":"t","response":null}})");
}

TEST(write, gives_an_error_for_every_generation) {
  EXPECT_EQ(write(command_error{"t", "ExecTargetAction", "no"}),
            R"({"tx":"t","event":"ws:m:command-error","data":{"tx":"t",)"
            R"("commandId":"ExecTargetAction","message":"no"}})");
}

TEST(write, cancels_a_query_in_both_places) {
  EXPECT_EQ(write(query_cancel{"q"}),
            R"({"tx":"q","event":"ws:m:query-cancel","data":{"tx":"q"}})");
}

TEST(write, puts_batches_into_their_own_generations_forms) {
  const event one{.item_type = "T", .change = change_type::set, .item = {"{}"}};
  EXPECT_EQ(write(event_batch{{one}}), R"({"event":"ws:m:event-batch","data":[)"
                                       R"({"itemType":"T","changeType":"SET","item":{}}]})");
  EXPECT_EQ(write(message_list{{ping{{"1"}}, ping{{"2"}}}}),
            R"({"event":"ws:m:batch","data":[{"event":"ws:m:ping","data":1},)"
            R"({"event":"ws:m:ping","data":2}]})");
}

TEST(write, escapes_every_string) {
  const auto again = parse(write(command_error{"t\"\n", "c\\", std::string("m\0ü", 4)}));
  ASSERT_TRUE(again);
  EXPECT_EQ(std::get<command_error>(*again),
            (command_error{"t\"\n", "c\\", std::string("m\0ü", 4)}));
}

command a_command(const std::string& id, const std::string& body) {
  const auto parsed = parse(R"({"event":"ws:m:command","data":{"commandId":")" + id +
                            R"(","command":)" + body + "}}");
  return std::get<command>(*parsed);
}

TEST(write, and_parse_are_each_others_reverse) {
  const event one{.item_type = "Target",
                  .change = change_type::del,
                  .item = {R"({"id":"s:t","n":[1.5,null]})"},
                  .tx = "t1",
                  .created_at = "2026-11-21T09:00:00.000Z"};
  const std::vector<message> all{
      one,
      event_batch{{one, one}},
      event_batch{},
      message_list{{one, ping{{"1"}}}},
      a_command("SetClientId", R"({"tx":"t","clientId":"c"})"),
      a_command("client:setId", R"({"clientId":"c"})"),
      a_command("ExecTargetAction", R"({"tx":"t","action":{"id":"a","targetId":"b"},"data":null})"),
      a_command("target:action:exec", R"({"tx":"t","action":{"id":"a"}})"),
      a_command("BatchTargetAction", R"({"tx":"t","actions":[{"action":{"id":"a"}},{}]})"),
      a_command("CompactBatchTargetAction",
                R"({"tx":"t","groups":[{"actionId":"a","payloads":[1],)"
                R"("assignments":[{"payloadIndex":0},{"payloadIndex":9}]}]})"),
      a_command("ResendEmitterValue", R"({"tx":"t","emitterId":"e"})"),
      a_command("Dance", "[]"),
      a_command("BatchTargetAction", "{}"),
      command_response{"t", {R"({"a":"ü"})"}},
      command_error{"t", "c", "m"},
      query{"GetAllTargets", "Target", "q", {R"({"tx":"q"})"}},
      query_response{"q", 18'446'744'073'709'551'615U, {{"Target", {"{}"}}}, {"a", "b"}},
      query_error{"q", "m"},
      query_cancel{"q"},
      report{"r", "t"},
      report_error{"t", "m"},
      ping{{R"({"id":"p","timestamp":1})"}},
      benchmark{{"[1,2]"}},
      unknown_message{"ws:m:new"},
  };
  for (const message& each : all) {
    const auto again = parse(write(each));
    ASSERT_TRUE(again) << write(each);
    EXPECT_EQ(*again, each) << write(each);
  }
}

TEST(is_event, knows_what_write_made) {
  EXPECT_TRUE(is_event(write(event{.item_type = "Target", .item = {"{}"}})));
  EXPECT_TRUE(is_event(write(event_batch{{event{.item_type = "Target", .item = {"{}"}}}})));
  EXPECT_FALSE(is_event(write(ping{{"{}"}})));
  EXPECT_FALSE(is_event(write(query{.id = "GetAllTargets", .body = {"{}"}})));
  EXPECT_FALSE(is_event(""));
}

}  // namespace
}  // namespace gantry::myko
