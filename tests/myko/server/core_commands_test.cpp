// The commands that the core of 2026 carries out by itself.
#include "myko/server/core_commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
using testing::MatchesRegex;
using testing::Not;

constexpr const char* instance =
    R"({"id":"i","name":"n","serviceId":"s","serviceTypeCode":"c","color":"","machineId":"m",)"
    R"("status":"Available"})";

class own_commands : public testing::Test {
 protected:
  std::string call(std::string_view id, std::string_view body) {
    server.send(caller, core_driver::command(id, body));
    return server.take_one(caller);
  }
  void set(connection_id who, const char* type, const char* item) {
    server.send(who, core_driver::publish(type, item));
  }
  std::string item(const char* type, const char* id) { return server.state().items(type)[id]; }

  core_driver server{generation::rust};
  connection_id executor = server.connect();
  connection_id caller = server.connect();
};

TEST_F(own_commands, register_an_instance_as_recorded) {
  EXPECT_EQ(call("RegisterInstance", R"({"tx":"x","instance":)" + std::string(instance) + "}"),
            R"({"event":"ws:m:command-response","data":{"response":"i","tx":"x"}})");
  EXPECT_THAT(item("Instance", "i"),
              AllOf(HasSubstr(R"("clientId":")"), HasSubstr(R"("clusterId":"i")")));
  EXPECT_EQ(item("Machine", "m"),
            R"({"name":null,"dnsName":null,"execName":"m","addresses":[],"id":"m"})");
}

TEST_F(own_commands, leave_a_machine_that_is_there_as_it_is) {
  set(executor, "Machine", R"({"id":"m","name":"a person's","productType":"rshipLink"})");
  const std::string before = item("Machine", "m");
  call("RegisterInstance", R"({"tx":"x","instance":)" + std::string(instance) + "}");
  call("EnsureMachine", R"({"tx":"y","machineId":"m"})");
  EXPECT_EQ(item("Machine", "m"), before);
}

TEST_F(own_commands, ensure_a_machine) {
  EXPECT_THAT(call("EnsureMachine", R"({"tx":"x","machineId":"new"})"),
              HasSubstr(R"("response":"new")"));
  EXPECT_THAT(item("Machine", "new"), HasSubstr(R"("execName":"new")"));
}

TEST_F(own_commands, refuse_an_instance_that_is_none_and_make_no_machine) {
  EXPECT_THAT(call("RegisterInstance", R"({"tx":"x","instance":{"id":"i","machineId":"m"}})"),
              AllOf(HasSubstr("command-error"), HasSubstr(R"("commandId":"RegisterInstance")"),
                    HasSubstr("Failed to deserialize command: missing field `name`")));
  EXPECT_THAT(call("RegisterInstance", R"({"tx":"x"})"), HasSubstr("missing field `instance`"));
  EXPECT_THAT(server.state().items("Machine"), IsEmpty());
}

TEST_F(own_commands, delete_offline_machines_and_what_is_theirs) {
  set(executor, "Machine", R"({"id":"m"})");
  set(executor, "Machine", R"({"id":"online"})");
  set(executor, "MachineStatus", R"({"id":"online","machineId":"online"})");
  set(executor, "Instance", instance);
  EXPECT_THAT(call("DeleteOfflineMachines", R"({"tx":"x"})"), HasSubstr(R"("response":null)"));
  EXPECT_THAT(server.state().items("Machine"), ElementsAre(Key("online")));
  EXPECT_THAT(server.state().items("Instance"), IsEmpty());
}

TEST_F(own_commands, tell_watchers_before_they_answer) {
  set(executor, "Machine", R"({"id":"m"})");
  set(executor, "Instance", instance);
  server.send(caller, core_driver::query("GetAllInstances", "Instance", "q"));
  server.take(caller);
  server.send(caller, core_driver::command("DeleteOfflineMachines", R"({"tx":"x"})"));
  EXPECT_THAT(server.take(caller),
              ElementsAre(HasSubstr(R"("deletes":["i"])"), HasSubstr("command-response")));
}

TEST_F(own_commands, delete_one_and_many) {
  set(executor, "Pulse", R"({"id":"p","emitterId":"e","data":1})");
  set(executor, "Pulse", R"({"id":"q","emitterId":"e","data":1})");
  EXPECT_THAT(call("DeletePulse", R"({"tx":"x","id":"none"})"), HasSubstr("Pulse not found: none"));
  EXPECT_THAT(call("DeletePulse", R"({"tx":"x","id":"p"})"),
              HasSubstr(R"("response":{"deleted":true})"));
  EXPECT_THAT(call("DeletePulses", R"({"tx":"x","ids":["q","none"]})"),
              HasSubstr(R"("response":{"deletedCount":1})"));
  EXPECT_THAT(server.state().items("Pulse"), IsEmpty());
  EXPECT_THAT(call("DeleteClient", R"({"tx":"x","id":"c"})"), HasSubstr("handler not found"));
}

TEST_F(own_commands, relay_a_command_under_a_tx_of_its_own) {
  set(executor, "Instance", instance);
  const std::string answer =
      call("RelayExec", R"({"tx":"x","toInstance":"i","send":{"instanceId":"i","action":)"
                        R"({"id":"a","targetId":"t","name":"n"},"data":null}})");
  EXPECT_THAT(answer, MatchesRegex(R"re(.*"response":"[-0-9a-f]{36}","tx":"x".*)re"));
  const std::string command = server.take_one(executor);
  EXPECT_THAT(
      command,
      MatchesRegex(R"re(\{"event":"ws:m:command","data":\{"command":\{"tx":"[-0-9a-f]{36}",)re"
                   R"re("instanceId":"i","action":\{"id":"a","targetId":"t"\},)re"
                   R"re("data":null\},"commandId":"ExecTargetAction"\}\})re"));
  EXPECT_EQ(answer.substr(answer.find("response\":\"") + 11, 36),
            command.substr(command.find("tx\":\"") + 5, 36));
}

TEST_F(own_commands, relay_the_other_three) {
  set(executor, "Instance", instance);
  call("RelayBatch", R"({"tx":"x","toInstance":"i","send":{"actions":[]}})");
  call("RelayCompact", R"({"tx":"x","toInstance":"i","send":{"groups":[]}})");
  call("RelayResend", R"({"tx":"x","toInstance":"i","send":{"instanceId":"i","emitterId":"e"}})");
  EXPECT_THAT(server.take(executor),
              ElementsAre(HasSubstr(R"("commandId":"BatchTargetAction")"),
                          HasSubstr(R"("commandId":"CompactBatchTargetAction")"),
                          HasSubstr(R"("commandId":"ResendEmitterValue")")));
}

TEST_F(own_commands, relay_nothing_to_who_is_not_there) {
  const char* exec = R"({"tx":"x","toInstance":"i","send":{"groups":[]}})";
  EXPECT_THAT(call("RelayCompact", exec), HasSubstr("no such instance"));
  set(executor, "Instance", instance);
  server.disconnect(executor);
  EXPECT_THAT(call("RelayCompact", exec), HasSubstr("instance has no client"));
  EXPECT_THAT(call("RelayCompact", R"({"tx":"x","toInstance":"i","send":{}})"),
              HasSubstr("missing field `groups`"));
  EXPECT_THAT(call("RelayExec", R"({"tx":"x","toInstance":"i","send":{"instanceId":"i",)"
                                R"("action":{"id":"a"},"data":1}})"),
              HasSubstr("missing field `targetId`"));
}

TEST_F(own_commands, are_those_of_rust_alone) {
  core_driver ts(generation::ts);
  const auto client = ts.connect();
  ts.take(client);
  ts.send(client, core_driver::command("RegisterInstance", R"({"tx":"x","instance":{}})"));
  EXPECT_THAT(ts.take_one(client), HasSubstr("command-error"));
}

}  // namespace
}  // namespace gantry::myko
