// The core as the rust server: typed items, batches, pings, silence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/myko/server/core_driver.hpp"

namespace gantry::myko {
namespace {

using test::core_driver;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string pulse(const std::string& id, const std::string& data) {
  return R"({"id":")" + id + R"(","hash":"h","emitterId":")" + id + R"(","data":)" + data +
         R"(,"timestamp":1})";
}
std::string action(const std::string& id) {
  return R"({"id":")" + id + R"(","hash":"h","name":"n","targetId":"t","serviceId":"s"})";
}
// An event of a batch.
std::string event(const std::string& type, const std::string& item,
                  const std::string& change = "SET") {
  return R"({"itemType":")" + type + R"(","changeType":")" + change + R"(","item":)" + item + "}";
}
std::string batch(const std::string& events) {
  return R"({"event":"ws:m:event-batch","data":[)" + events + "]}";
}

class rust_core : public testing::Test {
 protected:
  void watch(const char* type) {
    server.send(client, core_driver::query(std::string("GetAll") + type + "s", type, type));
    server.take(client);
  }

  core_driver server{generation::rust};
  connection_id client = server.connect();
};

TEST_F(rust_core, drops_an_incomplete_item_in_silence_but_counts_it) {
  server.send(client, core_driver::publish("Target", R"({"id":"t","name":"n","hash":"h"})"));
  EXPECT_THAT(server.take(client), IsEmpty());
  EXPECT_THAT(server.state().items("Target"), IsEmpty());
  EXPECT_EQ(server.counters().items_dropped, 1U);
  EXPECT_THAT(server.state().rejections(), ElementsAre("Target t: serviceId is missing"));
}

TEST_F(rust_core, puts_the_client_id_on_pulses_before_it_looks) {
  server.send(client, core_driver::publish("Pulse", pulse("e", "{}")));
  EXPECT_THAT(server.state().items("Pulse").at("e"), HasSubstr(R"("clientId":")"));
}

TEST_F(rust_core, wants_a_full_item_to_delete) {
  server.send(client, core_driver::publish("Action", action("a")));
  server.send(client, core_driver::publish("Action", R"({"id":"a"})", "DEL"));
  EXPECT_THAT(server.state().items("Action"), SizeIs(1));
  server.send(client, core_driver::publish("Action", action("a"), "DEL"));
  EXPECT_THAT(server.state().items("Action"), IsEmpty());
}

TEST_F(rust_core, strips_nul_from_strings) {
  server.send(client, core_driver::publish("Pulse", pulse("e", R"({"s":["a\u0000b"]})")));
  EXPECT_THAT(server.state().items("Pulse").at("e"), HasSubstr(R"({"s":["ab"]})"));
}

TEST_F(rust_core, tells_watchers_of_every_set_whatever_the_hash) {
  watch("Pulse");
  server.send(client, core_driver::publish("Pulse", pulse("e", "1")));
  server.send(client, core_driver::publish("Pulse", pulse("e", "2")));
  EXPECT_THAT(server.take(client),
              ElementsAre(HasSubstr(R"("sequence":1)"), HasSubstr(R"("sequence":2)")));
}

TEST_F(rust_core, applies_a_batch_by_type_and_sets_before_deletes) {
  server.send(client, core_driver::publish("Action", action("old")));
  watch("Action");
  watch("Pulse");
  server.send(client,
              batch(event("Action", action("old"), "DEL") + "," + event("Pulse", pulse("e", "1")) +
                    "," + event("Action", action("new"))));
  EXPECT_THAT(server.take(client), ElementsAre(HasSubstr(R"("id":"new")"), HasSubstr(R"("id":"e")"),
                                               HasSubstr(R"("deletes":["old"])")));
}

TEST_F(rust_core, a_delete_before_a_set_in_a_batch_still_wins) {
  server.send(client,
              batch(event("Action", action("a"), "DEL") + "," + event("Action", action("a"))));
  EXPECT_THAT(server.state().items("Action"), IsEmpty());
}

TEST_F(rust_core, coalesces_sets_of_one_item_in_a_batch) {
  watch("Pulse");
  server.send(client,
              batch(event("Pulse", pulse("e", "1")) + "," + event("Pulse", pulse("f", "7")) + "," +
                    event("Pulse", pulse("e", "2"))));
  EXPECT_THAT(server.take(client), ElementsAre(HasSubstr(R"("data":2)"), HasSubstr(R"("data":7)")));
  EXPECT_EQ(server.counters().items_coalesced, 1U);
}

TEST_F(rust_core, one_malformed_event_rejects_the_whole_batch) {
  for (const char* bad : {R"({"changeType":"SET","item":{}})", R"({"itemType":"Pulse","item":{}})",
                          R"({"itemType":"Pulse","changeType":"SET"})", "7",
                          R"({"itemType":"Pulse","changeType":"set","item":{}})",
                          R"({"itemType":"Pulse","changeType":"SET","item":{},"tx":7})"}) {
    server.send(client, batch(event("Pulse", pulse("e", "1")) + "," + bad));
    EXPECT_THAT(server.state().items("Pulse"), IsEmpty()) << bad;
  }
  EXPECT_EQ(server.counters().rejected, 6U);
}

TEST_F(rust_core, an_incomplete_item_in_a_batch_is_dropped_alone) {
  server.send(client, batch(event("Pulse", "{}") + "," + event("Pulse", pulse("e", "1"))));
  EXPECT_THAT(server.state().items("Pulse"), SizeIs(1));
  EXPECT_EQ(server.counters().items_dropped, 1U);
}

TEST_F(rust_core, echoes_only_a_ping_with_id_and_integer_timestamp) {
  for (const char* data : {R"({"ts":1})", R"({"id":1,"timestamp":1})",
                           R"({"id":"p","timestamp":1.5})", R"({"id":"p"})", "7"}) {
    server.send(client, R"({"event":"ws:m:ping","data":)" + std::string(data) + "}");
    EXPECT_THAT(server.take(client), IsEmpty()) << data;
  }
  const std::string good = R"({"event":"ws:m:ping","data":{"id":"p","timestamp":1}})";
  server.send(client, good);
  EXPECT_EQ(server.take_one(client), good);
  EXPECT_EQ(server.counters().pings_dropped, 5U);
}

TEST_F(rust_core, answers_no_bad_message) {
  const std::string query_without_type =
      R"({"event":"ws:m:query","data":{"queryId":"GetAllTargets","query":{"tx":"q"}}})";
  const std::string unknown_report =
      R"({"event":"ws:m:report","data":{"reportId":"x","report":{"tx":"r"}}})";
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("null"), query_without_type, unknown_report,
        std::string(R"({"event":"ws:m:batch","data":[]})"),
        std::string(R"({"event":"ws:m:command","data":{"commandId":"x"}})")}) {
    server.send(client, text);
    EXPECT_THAT(server.take(client), IsEmpty()) << text;
  }
}

TEST_F(rust_core, ignores_binary_frames) {
  server.send_binary(client, R"({"event":"ws:m:ping","data":{"id":"p","timestamp":1}})");
  EXPECT_THAT(server.take(client), IsEmpty());
  EXPECT_EQ(server.counters().frames_binary, 1U);
}

TEST_F(rust_core, counts_benchmarks) {
  server.send(client, R"({"event":"ws:m:benchmark","data":[1]})");
  EXPECT_EQ(server.counters().benchmarks, 1U);
}

}  // namespace
}  // namespace gantry::myko
