// The core as that of 2026: rows, the window, batches, pings, silence.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/myko/server/core_driver.hpp"

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using test::core_driver;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;
using testing::Not;
using testing::SizeIs;

constexpr milliseconds window{100};

std::string pulse(const std::string& id, const std::string& data) {
  return R"({"id":")" + id + R"(","emitterId":")" + id + R"(","data":)" + data + "}";
}
std::string action(const std::string& id) {
  return R"({"id":")" + id + R"(","name":"n","targetId":"t","serviceId":"s"})";
}
std::string target(const std::string& id, const std::string& name = "n") {
  return R"({"id":")" + id + R"(","name":")" + name + R"(","serviceId":"s","category":"c"})";
}
std::string status(const std::string& is) {
  return R"({"id":"i:t","targetId":"t","instanceId":"i","status":")" + is + "\"}";
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
  void set(const char* type, const std::string& item) {
    server.send(client, core_driver::publish(type, item));
  }
  void del(const char* type, const std::string& item) {
    server.send(client, core_driver::publish(type, item, "DEL"));
  }
  std::string status_now() { return server.state().items("TargetStatus")["i:t"]; }

  core_driver server{generation::rust};
  connection_id client = server.connect();
};

TEST_F(rust_core, drops_an_incomplete_item_in_silence_and_tells_its_log_once) {
  for (int time = 0; time < 3; ++time) set("Target", R"({"id":"t","name":"n"})");
  server.advance(window);
  EXPECT_THAT(server.take(client), IsEmpty());
  EXPECT_THAT(server.state().items("Target"), IsEmpty());
  EXPECT_EQ(server.counters().items_dropped, 3U);
  EXPECT_THAT(server.take_log(), ElementsAre("dropped: Target t: serviceId is missing"));
  EXPECT_THAT(server.take_log(), IsEmpty());
}

TEST_F(rust_core, drops_an_emitter_whose_schema_has_a_list_of_types) {
  set("Emitter", R"({"id":"e","name":"n","targetId":"t","serviceId":"s",)"
                 R"("schema":{"type":["integer","null"]}})");
  server.advance(window);
  EXPECT_THAT(server.state().items("Emitter"), IsEmpty());
  EXPECT_THAT(server.take_log(), ElementsAre(HasSubstr("Emitter e: schema/type is no string")));
}

TEST_F(rust_core, drops_alerts) {
  set("Alert", R"({"id":"a","name":"n","hash":"h","entityId":"t","entityType":"Target",)"
               R"("instanceId":"i","level":"warn","message":"m","code":"c"})");
  EXPECT_THAT(server.state().items("Alert"), IsEmpty());
  EXPECT_THAT(server.take_log(), ElementsAre(HasSubstr("Alert a: the core of 2026 has no such")));
}

TEST_F(rust_core, puts_the_client_id_on_pulses) {
  set("Pulse", R"({"id":"e","emitterId":"e","data":{},"clientId":"mine"})");
  EXPECT_THAT(server.state().items("Pulse").at("e"),
              AllOf(HasSubstr(R"("clientId":")"), Not(HasSubstr("mine"))));
}

TEST_F(rust_core, gives_an_instance_its_own_id_for_a_cluster) {
  const std::string rest = R"("name":"n","serviceId":"s","serviceTypeCode":"c","color":"",)"
                           R"("machineId":"m","status":"Available"})";
  set("Instance", R"({"id":"i","clusterId":null,)" + rest);
  set("Instance", R"({"id":"j","clusterId":"mine",)" + rest);
  EXPECT_THAT(server.state().items("Instance").at("i"), HasSubstr(R"("clusterId":"i")"));
  EXPECT_THAT(server.state().items("Instance").at("j"), HasSubstr(R"("clusterId":"mine")"));
}

TEST_F(rust_core, wants_a_full_item_to_delete) {
  set("Action", action("a"));
  server.advance(window);
  del("Action", R"({"id":"a"})");
  server.advance(window);
  EXPECT_THAT(server.state().items("Action"), SizeIs(1));
  del("Action", action("a"));
  server.advance(window);
  EXPECT_THAT(server.state().items("Action"), IsEmpty());
}

TEST_F(rust_core, strips_nul_from_strings) {
  set("Pulse", pulse("e", R"({"s":["a\u0000b"]})"));
  EXPECT_THAT(server.state().items("Pulse").at("e"), HasSubstr(R"({"s":["ab"]})"));
}

// ---- Equal rows

TEST_F(rust_core, wakes_nobody_for_an_equal_pulse) {
  watch("Pulse");
  set("Pulse", pulse("e", "1"));
  set("Pulse", R"({"id":"e","emitterId":"e","data":1,"timestamp":2,"hash":"other"})");
  set("Pulse", pulse("e", "2"));
  set("Pulse", pulse("e", "1"));
  EXPECT_THAT(server.take(client),
              ElementsAre(AllOf(HasSubstr(R"("sequence":1)"), HasSubstr(R"("data":1)")),
                          AllOf(HasSubstr(R"("sequence":2)"), HasSubstr(R"("data":2)")),
                          AllOf(HasSubstr(R"("sequence":3)"), HasSubstr(R"("data":1)"))));
  EXPECT_EQ(server.counters().items_unchanged, 1U);
}

TEST_F(rust_core, tells_an_equal_value_of_another_client) {
  watch("Pulse");
  set("Pulse", pulse("e", "1"));
  const auto other = server.connect();
  server.send(other, core_driver::publish("Pulse", pulse("e", "1")));
  EXPECT_THAT(server.take(client), SizeIs(2));
}

// ---- The window

TEST_F(rust_core, applies_instance_and_pulse_at_once_and_a_target_100_ms_later) {
  watch("Target");
  set("Target", target("t"));
  set("Pulse", pulse("e", "1"));
  EXPECT_THAT(server.state().items("Pulse"), SizeIs(1));
  server.advance(milliseconds(99));
  EXPECT_THAT(server.state().items("Target"), IsEmpty());
  server.advance(milliseconds(1));
  EXPECT_THAT(server.take(client), ElementsAre(HasSubstr(R"("id":"t")")));
}

TEST_F(rust_core, ends_offline_after_online_offline_online) {
  for (const char* is : {"online", "offline", "online"}) set("TargetStatus", status(is));
  server.advance(window);
  EXPECT_THAT(status_now(), HasSubstr("offline"));
  EXPECT_EQ(server.counters().items_suppressed, 1U);
}

TEST_F(rust_core, ends_offline_although_they_are_30_ms_apart) {
  for (const char* is : {"online", "offline", "online"}) {
    set("TargetStatus", status(is));
    server.advance(milliseconds(30));
  }
  server.advance(window);
  EXPECT_THAT(status_now(), HasSubstr("offline"));
}

TEST_F(rust_core, ends_right_when_they_are_120_ms_apart) {
  for (const char* is : {"online", "offline", "online"}) {
    set("TargetStatus", status(is));
    server.advance(milliseconds(120));
  }
  EXPECT_THAT(status_now(), HasSubstr("online"));
}

TEST_F(rust_core, ends_right_when_the_last_is_sent_again_later) {
  for (const char* is : {"online", "offline", "online"}) set("TargetStatus", status(is));
  server.advance(milliseconds(200));
  set("TargetStatus", status("online"));
  server.advance(window);
  EXPECT_THAT(status_now(), HasSubstr("online"));
}

TEST_F(rust_core, ends_deleted_after_del_and_set) {
  set("Action", action("a"));
  server.advance(window);
  del("Action", action("a"));
  set("Action", action("a"));
  server.advance(window);
  EXPECT_THAT(server.state().items("Action"), IsEmpty());
}

TEST_F(rust_core, shares_the_window_among_clients) {
  const auto other = server.connect();
  set("TargetStatus", status("online"));
  server.send(other, core_driver::publish("TargetStatus", status("offline")));
  set("TargetStatus", status("online"));
  server.advance(window);
  EXPECT_THAT(status_now(), HasSubstr("offline"));
}

TEST_F(rust_core, tells_of_a_window_in_one_response_sorted_by_id) {
  watch("Target");
  for (const char* id : {"c", "a", "b"}) set("Target", target(id));
  server.advance(window);
  EXPECT_THAT(server.take_one(client),
              AllOf(testing::MatchesRegex(R"re(.*"id":"a".*"id":"b".*"id":"c".*)re"),
                    HasSubstr(R"("sequence":1,"tx":"Target","totalCount":3)")));
}

TEST_F(rust_core, tells_a_query_for_ids_of_each_row_by_itself) {
  server.send(client, core_driver::query("GetTargetsByIds", "Target", "q", R"(,"ids":["a","b"])"));
  server.take(client);
  for (const char* id : {"c", "b", "a"}) set("Target", target(id));
  server.advance(window);
  EXPECT_THAT(server.take(client),
              ElementsAre(AllOf(HasSubstr(R"("id":"a")"), HasSubstr(R"("totalCount":1)")),
                          AllOf(HasSubstr(R"("id":"b")"), HasSubstr(R"("totalCount":2)"))));
}

// ---- Batches

TEST_F(rust_core, applies_a_batch_with_sets_before_deletes_and_one_response_for_each_type) {
  set("MachineSettings", R"({"id":"old","machineId":"m"})");
  watch("MachineSettings");
  watch("Pulse");
  server.send(client,
              batch(event("MachineSettings", R"({"id":"old","machineId":"m"})", "DEL") + "," +
                    event("Pulse", pulse("f", "1")) + "," + event("Pulse", pulse("e", "1")) + "," +
                    event("MachineSettings", R"({"id":"new","machineId":"m"})")));
  EXPECT_THAT(server.take(client),
              ElementsAre(HasSubstr(R"("id":"new")"),
                          testing::MatchesRegex(R"re(.*"id":"e".*"id":"f".*"totalCount":2.*)re"),
                          HasSubstr(R"("deletes":["old"])")));
}

TEST_F(rust_core, passes_over_an_equal_set_in_a_batch) {
  server.send(client,
              batch(event("Pulse", pulse("e", "1")) + "," + event("Pulse", pulse("e", "2")) + "," +
                    event("Pulse", pulse("e", "1"))));
  EXPECT_THAT(server.state().items("Pulse").at("e"), HasSubstr(R"("data":2)"));
}

TEST_F(rust_core, one_malformed_event_rejects_the_whole_batch) {
  for (const char* bad : {R"({"changeType":"SET","item":{}})", R"({"itemType":"Pulse","item":{}})",
                          R"({"itemType":"Pulse","changeType":"SET"})", "7",
                          R"({"itemType":"Pulse","changeType":"set","item":{}})",
                          R"({"itemType":"Pulse","changeType":"SET","item":{},"tx":7})",
                          R"({"itemType":"Pulse","changeType":"SET","item":{},"sourceId":7})"}) {
    server.send(client, batch(event("Pulse", pulse("e", "1")) + "," + bad));
    EXPECT_THAT(server.state().items("Pulse"), IsEmpty()) << bad;
  }
  EXPECT_EQ(server.counters().rejected, 7U);
}

TEST_F(rust_core, an_incomplete_item_in_a_batch_is_dropped_alone) {
  server.send(client, batch(event("Pulse", "{}") + "," + event("Pulse", pulse("e", "1"))));
  EXPECT_THAT(server.state().items("Pulse"), SizeIs(1));
  EXPECT_EQ(server.counters().items_dropped, 1U);
}

// ---- Talking

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
        std::string(R"({"event":"ws:m:view","data":{"viewId":"x","view":{}}})"),
        std::string(R"({"event":"ws:m:command","data":{"commandId":"x"}})")}) {
    server.send(client, text);
    EXPECT_THAT(server.take(client), IsEmpty()) << text;
  }
}

TEST_F(rust_core, drops_a_frame_that_its_reader_of_json_refuses) {
  const std::string deep = std::string(150, '[') + std::string(150, ']');
  for (const std::string& data : {deep, std::string("1e400"), std::string(R"("\ud83d")")}) {
    set("Pulse", pulse("e", data));
    EXPECT_THAT(server.state().items("Pulse"), IsEmpty()) << data;
  }
  EXPECT_THAT(server.take(client), IsEmpty());
  EXPECT_THAT(server.take_log(), SizeIs(3));
  set("Pulse", pulse("e", "1e300"));
  EXPECT_THAT(server.state().items("Pulse"), Not(IsEmpty()));
}

TEST_F(rust_core, refuses_cbor_with_a_line_in_the_log) {
  server.send_binary(client, "\xA2\x65");
  server.send_binary(client, R"({"event":"ws:m:ping","data":{"id":"p","timestamp":1}})");
  EXPECT_THAT(server.take(client), IsEmpty());
  EXPECT_EQ(server.counters().frames_binary, 2U);
  EXPECT_THAT(server.take_log(), ElementsAre(HasSubstr("CBOR")));
}

TEST_F(rust_core, counts_benchmarks) {
  server.send(client, R"({"event":"ws:m:benchmark","data":[1]})");
  EXPECT_EQ(server.counters().benchmarks, 1U);
}

}  // namespace
}  // namespace gantry::myko
