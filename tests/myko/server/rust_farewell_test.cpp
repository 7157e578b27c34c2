// The core of 2026: what is deleted with what, and what a client leaves behind that goes.
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

class rust_farewell : public testing::Test {
 protected:
  rust_farewell() {
    server.send(watcher, core_driver::query("GetAllMachines", "Machine", "drain"));
    publish(executor, "i");
    server.advance(milliseconds(100));
    server.take(watcher);
  }

  // A machine, an instance, a target with an action and an emitter, its value, all statuses.
  void publish(connection_id who, const std::string& instance) {
    const auto set = [&](const char* type, const std::string& item) {
      server.send(who, core_driver::publish(type, item));
    };
    const std::string of = R"(,"instanceId":")" + instance + R"(","status":"online"})";
    set("Machine", R"({"id":"m"})");
    set("Instance", R"({"id":")" + instance +
                        R"(","name":"n","serviceId":"s","serviceTypeCode":"c","color":"",)" +
                        R"("machineId":"m","status":"Available"})");
    set("Target", target);
    set("Action", R"({"id":"a","name":"n","targetId":"t","serviceId":"s"})");
    set("Emitter", emitter);
    set("Pulse", R"({"id":"e:)" + instance + R"(","emitterId":"e","data":1})");
    set("TargetStatus", R"({"id":")" + instance + R"(:t","targetId":"t")" + of);
    set("ActionStatus", R"({"id":")" + instance + R"(:a","actionId":"a")" + of);
    set("EmitterStatus", R"({"id":")" + instance + R"(:e","emitterId":"e")" + of);
    set("TargetLayout",
        R"({"id":")" + instance + R"(:t","targetId":"t","instanceId":")" + instance + "\"}");
  }
  std::size_t count(const char* type) { return server.state().items(type).size(); }
  std::string item(const char* type, const char* id) { return server.state().items(type)[id]; }

  const std::string target = R"({"id":"t","name":"n","serviceId":"s","category":"c"})";
  const std::string emitter = R"({"id":"e","name":"n","targetId":"t","serviceId":"s"})";
  core_driver server{generation::rust};
  connection_id executor = server.connect();
  connection_id watcher = server.connect();
};

TEST_F(rust_farewell, leaves_the_instance_unavailable_and_without_a_client) {
  server.disconnect(executor);
  EXPECT_THAT(item("Instance", "i"),
              AllOf(HasSubstr(R"("status":"Unavailable")"), Not(HasSubstr("clientId"))));
}

TEST_F(rust_farewell, leaves_the_statuses_offline_at_once) {
  server.disconnect(executor);
  EXPECT_THAT(item("TargetStatus", "i:t"), HasSubstr("offline"));
  EXPECT_THAT(item("ActionStatus", "i:a"), HasSubstr("offline"));
  EXPECT_THAT(item("EmitterStatus", "i:e"), HasSubstr("offline"));
}

TEST_F(rust_farewell, takes_its_pulses_with_it_and_leaves_the_rest) {
  publish(server.connect(), "j");
  server.disconnect(executor);
  EXPECT_THAT(server.state().items("Pulse"), ElementsAre(Key("e:j")));
  EXPECT_THAT(item("Instance", "j"), HasSubstr("Available"));
  server.advance(milliseconds(100));
  EXPECT_THAT(item("TargetStatus", "j:t"), HasSubstr("online"));
  for (const char* type : {"Machine", "Target", "Action", "Emitter"}) EXPECT_EQ(count(type), 1U);
}

TEST_F(rust_farewell, of_a_connection_without_instances_changes_nothing) {
  server.disconnect(server.connect());
  EXPECT_THAT(item("Instance", "i"), HasSubstr("Available"));
  EXPECT_EQ(count("Pulse"), 1U);
}

TEST_F(rust_farewell, does_not_take_what_waits_in_the_window) {
  server.send(executor, core_driver::publish(
                            "TargetStatus",
                            R"({"id":"i:t","targetId":"t","instanceId":"i","status":"online"})"));
  server.disconnect(executor);
  EXPECT_THAT(item("TargetStatus", "i:t"), HasSubstr("offline"));
  server.advance(milliseconds(100));
  EXPECT_THAT(item("TargetStatus", "i:t"), HasSubstr("online"));
}

TEST_F(rust_farewell, is_heard_by_watchers) {
  for (const char* type : {"Instance", "Pulse", "TargetStatus", "Client"}) {
    server.send(watcher, core_driver::query("GetAll" + std::string(type) + "s", type, type));
  }
  server.take(watcher);
  server.disconnect(executor);
  EXPECT_THAT(server.take(watcher),
              ElementsAre(HasSubstr(R"("tx":"Client")"),
                          HasSubstr(R"("deletes":["e:i"],"upserts":[],"sequence":1)"),
                          HasSubstr("Unavailable"), HasSubstr("offline")));
}

TEST_F(rust_farewell, a_target_takes_with_it_all_that_is_its) {
  server.send(watcher, core_driver::publish("Target", target, "DEL"));
  server.advance(milliseconds(100));
  for (const char* type : {"Target", "Action", "Emitter", "Pulse", "TargetStatus", "ActionStatus",
                           "EmitterStatus", "TargetLayout"}) {
    EXPECT_EQ(count(type), 0U) << type;
  }
  EXPECT_EQ(count("Instance"), 1U);
}

TEST_F(rust_farewell, an_emitter_takes_with_it_its_pulses_and_statuses) {
  server.send(watcher, core_driver::publish("Emitter", emitter, "DEL"));
  server.advance(milliseconds(100));
  for (const char* type : {"Emitter", "Pulse", "EmitterStatus"}) EXPECT_EQ(count(type), 0U) << type;
  for (const char* type : {"Target", "Action"}) EXPECT_EQ(count(type), 1U) << type;
}

TEST_F(rust_farewell, a_machine_takes_with_it_its_instances_and_their_statuses) {
  server.send(watcher, core_driver::publish("Machine", R"({"id":"m"})", "DEL"));
  for (const char* type : {"Machine", "Instance", "TargetStatus", "ActionStatus", "TargetLayout"}) {
    EXPECT_EQ(count(type), 0U) << type;
  }
  for (const char* type : {"Target", "Action", "Emitter", "Pulse"}) EXPECT_EQ(count(type), 1U);
}

TEST_F(rust_farewell, children_of_a_parent_that_was_never_there_go_too) {
  server.send(executor, core_driver::publish("Pulse", R"({"id":"p","emitterId":"x","data":1})"));
  server.send(executor,
              core_driver::publish(
                  "Emitter", R"({"id":"x","name":"n","targetId":"t","serviceId":"s"})", "DEL"));
  server.advance(milliseconds(100));
  EXPECT_THAT(server.state().items("Pulse"), Not(testing::Contains(Key("p"))));
}

// ---- All rows of a type in one step

TEST_F(rust_farewell, begins_a_query_again_when_all_rows_go_in_one_step) {
  server.send(executor, core_driver::publish("Pulse", R"({"id":"p","emitterId":"e","data":1})"));
  server.send(watcher, core_driver::query("GetAllPulses", "Pulse", "all"));
  server.send(watcher, core_driver::query("GetPulsesByQuery", "Pulse", "none", R"(,"data":7)"));
  server.take(watcher);
  server.disconnect(executor);
  const std::string again = R"("deletes":[],"upserts":[],"sequence":0,"tx":")";
  EXPECT_THAT(server.take(watcher),
              ElementsAre(HasSubstr(again + "all"), HasSubstr(again + "none")));
  server.send(server.connect(),
              core_driver::publish("Pulse", R"({"id":"q","emitterId":"e","data":1})"));
  EXPECT_THAT(server.take_one(watcher), HasSubstr(R"("sequence":1,"tx":"all")"));
}

TEST_F(rust_farewell, tells_queries_for_ids_and_for_what_belongs_to_one_of_deletes) {
  server.send(executor, core_driver::publish("Pulse", R"({"id":"p","emitterId":"e","data":1})"));
  server.send(watcher,
              core_driver::query("GetPulsesByIds", "Pulse", "ids", R"(,"ids":["p","e:i","x"])"));
  server.send(watcher,
              core_driver::query("GetPulsesByQuery", "Pulse", "of", R"(,"emitterId":"e")"));
  server.send(watcher, core_driver::query("GetPulsesByIds", "Pulse", "none", R"(,"ids":["x"])"));
  server.take(watcher);
  server.disconnect(executor);
  EXPECT_THAT(
      server.take(watcher),
      ElementsAre(HasSubstr(R"("deletes":["e:i"],"upserts":[],"sequence":1,"tx":"ids")"),
                  HasSubstr(R"("deletes":["p"],"upserts":[],"sequence":2,"tx":"ids")"),
                  HasSubstr(R"("deletes":["e:i","p"],"upserts":[],"sequence":1,"tx":"of")")));
}

TEST_F(rust_farewell, tells_a_delete_when_the_last_row_goes_alone) {
  server.send(watcher, core_driver::query("GetAllPulses", "Pulse", "all"));
  server.take(watcher);
  server.disconnect(executor);
  EXPECT_THAT(server.take_one(watcher),
              HasSubstr(R"("deletes":["e:i"],"upserts":[],"sequence":1)"));
}

}  // namespace
}  // namespace gantry::myko
