// What the core does in the ts and docs generations that no fixture shows.
#include "myko/server/core.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/myko/server/core_driver.hpp"

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using test::core_driver;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(core_greeting, is_that_of_the_generation) {
  core_driver docs(generation::docs);
  EXPECT_THAT(
      docs.take_one(docs.connect()),
      testing::MatchesRegex(R"(\{"event":"ws:m:command","data":\{"commandId":"client:setId",)"
                            R"("command":\{"clientId":"[-0-9a-f]+"\}\}\})"));
  core_driver rust(generation::rust);
  EXPECT_THAT(rust.take(rust.connect()), IsEmpty());
}

TEST(core_clients, come_and_go_as_items) {
  core_driver server(generation::ts);
  const auto watcher = server.connect();
  server.send(watcher, core_driver::query("GetAllClients", "Client", "q"));
  server.take(watcher);
  const auto other = server.connect();
  EXPECT_EQ(server.state().items("Client").size(), 2U);
  EXPECT_THAT(server.take_one(watcher), HasSubstr(R"("itemType":"Client")"));
  server.disconnect(other);
  EXPECT_THAT(server.take_one(watcher), HasSubstr(R"("deletes":[")"));
  EXPECT_EQ(server.state().items("Client").size(), 1U);
  EXPECT_EQ(server.state().connections(), 1U);
}

TEST(core_clients, are_not_published_by_clients) {
  for (const generation plays : {generation::docs, generation::ts, generation::rust}) {
    core_driver server(plays);
    server.send(server.connect(), core_driver::publish("Client", R"({"id":"mine"})"));
    EXPECT_THAT(server.state().items("Client"), Not(Contains(testing::Key("mine"))));
    EXPECT_EQ(server.counters().items_dropped, 1U);
  }
}

TEST(core_clients, leave_their_instance_and_statuses_behind) {
  core_driver server(generation::ts);
  const auto executor = server.connect();
  server.send(executor, core_driver::publish("Instance", R"({"id":"i"})"));
  server.send(executor, core_driver::publish("TargetStatus", R"({"id":"s","status":"online"})"));
  server.disconnect(executor);
  EXPECT_THAT(server.state().items("Instance"), SizeIs(1));
  EXPECT_THAT(server.state().items("TargetStatus").at("s"), HasSubstr("online"));
}

TEST(core_ts, answers_every_text_that_is_no_json) {
  core_driver server(generation::ts);
  const auto client = server.connect();
  server.take(client);
  for (const char* text : {"", "{", "nothing", "{}{}", "\xEF\xBB\xBF{}", "1e999"}) {
    server.send(client, text);
    EXPECT_EQ(server.take_one(client), "Error parsing message") << text;
  }
}

// Its text tells nobody which command it was.
TEST(core_ts, answers_a_command_that_it_cannot_read) {
  core_driver server(generation::ts);
  const auto client = server.connect();
  server.take(client);
  const std::string deep = std::string(600, '[') + std::string(600, ']');
  for (const std::string& data : {std::string("1e400"), std::string("NaN"), deep}) {
    server.send(client, R"({"event":"ws:m:command","data":{"commandId":"ExecTargetAction",)"
                        R"("command":{"tx":"t","data":)" +
                            data + "}}}");
    const auto answers = server.take(client);
    ASSERT_THAT(answers, SizeIs(2)) << data.substr(0, 10);
    EXPECT_THAT(answers[1], AllOf(HasSubstr("ws:m:command-error"), HasSubstr(R"("tx":"t")")));
  }
}

// What ended the server once.
TEST(core_ts, bears_numbers_of_any_length) {
  core_driver server(generation::ts);
  const auto client = server.connect();
  server.take(client);
  server.send(client, R"({"event":"ws:m:ping","data":[99999999999999999999,0.)" +
                          std::string(400, '0') + "]}");
  EXPECT_THAT(server.take_one(client), HasSubstr("ws:m:ping"));
}

TEST(core_ts, says_nothing_to_json_that_is_no_message) {
  core_driver server(generation::ts);
  const auto client = server.connect();
  server.take(client);
  for (const char* text :
       {"null", "[]", "5", "{}", R"({"event":5})", R"({"event":"ws:m:nope"})",
        R"({"event":"ws:m:event"})", R"({"event":"ws:m:command","data":[]})",
        R"({"event":"ws:m:query","data":{"queryId":"GetAllTargets"}})",
        R"({"event":"ws:m:event-batch","data":[]})", R"({"event":"ws:m:command-response"})"}) {
    server.send(client, text);
    EXPECT_THAT(server.take(client), IsEmpty()) << text;
  }
  server.send(client, core_driver::publish("Nope", R"({"id":"x"})"));
  server.send(client, core_driver::publish("Target", R"({"id":""})"));
  server.send(client, core_driver::publish("Target", R"({"id":5})"));
  server.send(client, core_driver::publish("Target", "[]"));
  EXPECT_EQ(server.counters().items_dropped, 4U);
}

TEST(core_ts, handles_each_message_of_a_list) {
  core_driver server(generation::ts);
  const auto client = server.connect();
  server.take(client);
  server.send(client, R"({"event":"ws:m:batch","data":[)" +
                          core_driver::publish("Target", R"({"id":"a"})") +
                          R"(,{"event":"ws:m:ping","data":1},7,)" +
                          R"({"event":"ws:m:batch","data":[{"event":"ws:m:ping"}]}]})");
  EXPECT_THAT(server.take(client), ElementsAre(R"({"event":"ws:m:ping","data":1})"));
  EXPECT_THAT(server.state().items("Target"), SizeIs(1));
}

TEST(core_ts, takes_binary_json_for_text_and_ignores_the_rest) {
  core_driver server(generation::ts);
  const auto client = server.connect();
  server.take(client);
  server.send_binary(client, R"({"event":"ws:m:ping","data":2})");
  EXPECT_THAT(server.take(client), ElementsAre(R"({"event":"ws:m:ping","data":2})"));
  server.send_binary(client, "\x82\xA5");
  EXPECT_THAT(server.take(client), IsEmpty());
  EXPECT_EQ(server.counters().frames_binary, 1U);
}

TEST(core_ts, deletes_by_id_alone_and_knows_nothing_of_unknown_ids) {
  core_driver server(generation::ts);
  const auto client = server.connect();
  server.send(client, core_driver::publish("Target", R"({"id":"a","hash":"1"})"));
  server.send(client, core_driver::publish("Target", R"({"id":"b"})", "DEL"));
  EXPECT_THAT(server.state().items("Target"), SizeIs(1));
  server.send(client, core_driver::publish("Target", R"({"id":"a"})", "DEL"));
  EXPECT_THAT(server.state().items("Target"), IsEmpty());
  EXPECT_EQ(server.counters().items_deleted, 1U);
}

TEST(core_ts, stops_its_own_pings_when_the_client_goes) {
  core_driver server(generation::ts);
  const auto client = server.connect();
  server.take(client);
  server.advance(milliseconds(100));
  EXPECT_THAT(server.take(client), SizeIs(1));
  server.disconnect(client);
  EXPECT_EQ(server.state().next_tick(), std::nullopt);
}

TEST(core_docs, echoes_no_ping) {
  core_driver server(generation::docs);
  const auto client = server.connect();
  server.take(client);
  server.send(client, R"({"event":"ws:m:ping","data":{"id":"p","timestamp":1}})");
  server.advance(milliseconds(2'000));
  EXPECT_THAT(server.take(client), IsEmpty());
  EXPECT_EQ(server.state().next_tick(), std::nullopt);
}

TEST(core_docs, knows_no_batches) {
  core_driver server(generation::docs);
  const auto client = server.connect();
  for (const char* name : {"ws:m:batch", "ws:m:event-batch"}) {
    server.send(client, R"({"event":")" + std::string(name) + R"(","data":[]})");
  }
  EXPECT_EQ(server.counters().messages_unknown, 2U);
}

TEST(core_docs, leaves_the_client_id_as_it_was_written) {
  core_driver server(generation::docs);
  server.send(server.connect(),
              core_driver::publish("Instance", R"({"id":"i","clientId":"mine"})"));
  EXPECT_THAT(server.state().items("Instance").at("i"), HasSubstr(R"("clientId":"mine")"));
}

TEST(core, ignores_connections_that_it_does_not_know) {
  core_driver server(generation::ts);
  const auto client = server.connect();
  server.disconnect(client);
  server.disconnect(client);
  server.send(client, core_driver::publish("Target", R"({"id":"a"})"));
  EXPECT_THAT(server.state().items("Target"), IsEmpty());
}

TEST(core, keeps_the_reasons_of_the_last_rejections) {
  core_limits limits;
  limits.rejections_kept = 2;
  core_driver server(generation::rust, limits);
  const auto client = server.connect();
  for (const char* name : {"first", "second", "third"}) {
    server.send(client, core_driver::publish("Target", R"({"id":")" + std::string(name) + "\"}"));
  }
  EXPECT_THAT(server.state().rejections(), ElementsAre(HasSubstr("second"), HasSubstr("third")));
  EXPECT_EQ(server.counters().rejected, 3U);
}

}  // namespace
}  // namespace gantry::myko
