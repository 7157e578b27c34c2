// Each limit of the core and of an outbox, and what happens at it.
#include "myko/server/limits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "myko/server/outbox.hpp"
#include "tests/myko/server/core_driver.hpp"

namespace gantry::myko {
namespace {

using test::core_driver;
using testing::HasSubstr;
using testing::SizeIs;

void set(core_driver& server, connection_id from, const std::string& id,
         const std::string& more = "") {
  server.send(from, core_driver::publish("Target", R"({"id":")" + id + R"(","hash":")" + more +
                                                       "x" + R"(","more":")" + more + "\"}"));
}

TEST(limits, items_per_type_refuse_new_ids_only) {
  core_limits limits;
  limits.items_per_type_max = 2;
  core_driver server(generation::ts, limits);
  const auto client = server.connect();
  for (const char* id : {"a", "b", "c"}) set(server, client, id);
  set(server, client, "a", "again");
  EXPECT_THAT(server.state().items("Target"), SizeIs(2));
  EXPECT_THAT(server.state().items("Target").at("a"), HasSubstr("again"));
  EXPECT_EQ(server.counters().items_refused, 1U);
  server.send(client, core_driver::publish("Target", R"({"id":"b"})", "DEL"));
  set(server, client, "c");
  EXPECT_THAT(server.state().items("Target"), testing::Contains(testing::Key("c")));
}

TEST(limits, item_bytes_refuse_what_would_exceed_them) {
  core_limits limits;
  limits.item_bytes_max = 1'000;
  core_driver server(generation::ts, limits);
  const auto client = server.connect();
  set(server, client, "a");
  set(server, client, "b", std::string(500, 'x'));
  EXPECT_EQ(server.counters().items_refused, 1U);
  set(server, client, "a", std::string(150, 'x'));
  set(server, client, "a");
  set(server, client, "b", std::string(150, 'x'));
  EXPECT_EQ(server.counters().items_refused, 1U);
}

TEST(limits, window_bytes_refuse_what_would_exceed_them) {
  core_limits limits;
  limits.window_bytes_max = 100;
  core_driver server(generation::rust, limits);
  const auto client = server.connect();
  for (const char* id : {"a", "b"}) {
    server.send(client, core_driver::publish("Target", R"({"id":")" + std::string(id) +
                                                           R"(","name":"n","serviceId":"s",)"
                                                           R"("category":"c"})"));
  }
  EXPECT_EQ(server.counters().items_refused, 1U);
  server.advance(std::chrono::milliseconds(100));
  EXPECT_THAT(server.state().items("Target"), testing::ElementsAre(testing::Key("a")));
}

TEST(limits, queries_per_connection_are_answered_with_an_error) {
  core_limits limits;
  limits.queries_per_connection_max = 1;
  core_driver server(generation::ts, limits);
  const auto client = server.connect();
  const auto other = server.connect();
  server.send(client, core_driver::query("GetAllTargets", "Target", "1"));
  server.take(client);
  server.take(other);
  server.send(client, core_driver::query("GetAllTargets", "Target", "2"));
  EXPECT_THAT(server.take_one(client), HasSubstr("too many queries"));
  server.send(client, R"({"event":"ws:m:report","data":{"reportId":"ServerInfo",)"
                      R"("report":{"tx":"r"}}})");
  EXPECT_THAT(server.take_one(client), HasSubstr("report-error"));
  server.send(other, core_driver::query("GetAllTargets", "Target", "1"));
  EXPECT_THAT(server.take_one(other), HasSubstr(R"("sequence":0)"));
  server.send(client, R"({"event":"ws:m:query-cancel","tx":"1"})");
  server.send(client, core_driver::query("GetAllTargets", "Target", "3"));
  EXPECT_THAT(server.take_one(client), HasSubstr(R"("sequence":0)"));
}

TEST(limits, pending_commands_are_answered_with_an_error) {
  core_limits limits;
  limits.pending_commands_max = 1;
  core_driver server(generation::ts, limits);
  const auto client = server.connect();
  server.send(client, core_driver::publish("Instance", R"({"id":"i"})"));
  for (const char* tx : {"1", "2"}) {
    server.send(client, core_driver::command("ResendEmitterValue", R"({"instanceId":"i","tx":")" +
                                                                       std::string(tx) + "\"}"));
  }
  EXPECT_EQ(server.counters().commands_relayed, 1U);
  EXPECT_THAT(server.take(client).back(), HasSubstr("too many commands"));
}

TEST(limits, an_outbox_is_full_by_frames) {
  connection_limits limits;
  limits.outbox_frames_max = 2;
  outbox box(limits);
  EXPECT_TRUE(box.push("a"));
  EXPECT_TRUE(box.push("b"));
  EXPECT_FALSE(box.push("c"));
  EXPECT_EQ(box.pop(), "a");
  EXPECT_TRUE(box.push("c"));
}

TEST(limits, an_outbox_is_full_by_bytes_but_takes_one_of_any_size) {
  connection_limits limits;
  limits.outbox_bytes_max = 10;
  outbox box(limits);
  EXPECT_TRUE(box.push(std::string(100, 'x')));
  EXPECT_FALSE(box.push("y"));
  EXPECT_EQ(box.pop().size(), 100U);
  EXPECT_TRUE(box.empty());
  EXPECT_TRUE(box.push("12345"));
  EXPECT_TRUE(box.push("12345"));
  EXPECT_FALSE(box.push("1"));
}

TEST(limits, frames_are_as_large_as_the_generation_has_them) {
  EXPECT_EQ(frame_bytes_max(generation::ts), 16U << 20U);
  EXPECT_EQ(frame_bytes_max(generation::rust), 64U << 20U);
}

}  // namespace
}  // namespace gantry::myko
