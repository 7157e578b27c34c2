// Commands: to whom they go, in which shape, and how answers come back.
#include "myko/server/command_exchange.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/myko/server/core_driver.hpp"

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::core_driver;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* exec_body = R"({"tx":"c","action":{"id":"a","targetId":"t"},"data":[1]})";

// An executor with one instance that has one target online, and a caller.
struct scene {
  explicit scene(generation plays, core_limits limits = {}) : server(plays, limits) {
    publish(executor, "i", "t");
    server.advance(seconds(2));  // past the server's own pings
    server.take(executor);
    server.take(caller);
  }

  void publish(connection_id who, const std::string& instance, const std::string& target) {
    const std::string client = client_of(who);
    server.send(who, core_driver::publish(
                         "Instance", R"({"id":")" + instance + R"(","name":"n","hash":"h",)" +
                                         R"("serviceId":"s","serviceTypeCode":"c",)" +
                                         R"("status":"Available","machineId":"m","color":"",)" +
                                         R"("clientId":")" + client + "\"}"));
    server.send(who,
                core_driver::publish("TargetStatus", R"({"id":")" + instance + ":" + target +
                                                         R"(","hash":"h","targetId":")" + target +
                                                         R"(","instanceId":")" + instance +
                                                         R"(","status":"online"})"));
  }
  // As the greeting told it; the newer servers overwrite what is published anyway.
  std::string client_of(connection_id who) {
    for (const std::string& frame : server.take(who)) {
      const auto at = frame.find(R"("clientId":")");
      if (at != std::string::npos) return frame.substr(at + 12, 36);
    }
    return "";
  }
  void call(std::string_view id, std::string_view body) {
    server.send(caller, core_driver::command(id, body));
  }
  void answer(const std::string& frame) { server.send(executor, frame); }

  core_driver server;
  connection_id executor = server.connect();
  connection_id caller = server.connect();
};

TEST(command_exchange, writes_an_action_as_each_generation_does) {
  scene ts(generation::ts);
  ts.call("ExecTargetAction", exec_body);
  EXPECT_THAT(
      ts.server.take_one(ts.executor),
      testing::MatchesRegex(R"re(\{"data":\{"commandId":"ExecTargetAction","command":\{"tx":"c",)re"
                            R"re("createdAt":"[-0-9T:.]+Z","instanceId":"i","action":\{"id":"a",)re"
                            R"re("targetId":"t"\},"data":\[1\]\}\},"event":"ws:m:command"\})re"));
  scene docs(generation::docs);
  docs.call("ExecTargetAction", exec_body);
  EXPECT_THAT(docs.server.take_one(docs.executor),
              AllOf(HasSubstr("target:action:exec"), Not(HasSubstr("instanceId"))));
  scene rust(generation::rust);
  rust.call("ExecTargetAction", exec_body);
  EXPECT_EQ(rust.server.take_one(rust.executor),
            R"({"event":"ws:m:command","data":{"command":{"tx":"c","instanceId":"i",)"
            R"("action":{"id":"a","targetId":"t"},"data":[1]},"commandId":"ExecTargetAction"}})");
  rust.call("ExecTargetAction", R"({"tx":"d","action":{"id":"a","targetId":"t","name":"n"}})");
  EXPECT_THAT(rust.server.take_one(rust.executor),
              HasSubstr(R"("action":{"id":"a","targetId":"t"},"data":null})"));
}

TEST(command_exchange, goes_to_the_instance_that_the_command_names) {
  scene all(generation::ts);
  const auto other = all.server.connect();
  all.publish(other, "j", "t");
  all.server.take(other);
  all.call("ExecTargetAction", R"({"tx":"c","instanceId":"j","action":{"id":"a","targetId":"t"}})");
  EXPECT_THAT(all.server.take(all.executor), IsEmpty());
  EXPECT_THAT(all.server.take_one(other), HasSubstr(R"("instanceId":"j")"));
}

TEST(command_exchange, prefers_an_instance_that_is_connected) {
  scene all(generation::ts);
  const auto other = all.server.connect();
  all.publish(other, "j", "t");
  all.server.disconnect(all.executor);  // its status stays online
  all.server.take(other);
  all.call("ExecTargetAction", exec_body);
  EXPECT_THAT(all.server.take_one(other), HasSubstr(R"("instanceId":"j")"));
}

TEST(command_exchange, finds_the_target_by_the_action_where_it_is_not_told) {
  scene all(generation::ts);
  all.server.send(all.executor, core_driver::publish("Action", R"({"id":"a","targetId":"t"})"));
  all.call("ExecTargetAction", R"({"tx":"c","action":{"id":"a"}})");
  EXPECT_THAT(all.server.take_one(all.executor), HasSubstr("ExecTargetAction"));
}

TEST(command_exchange, refuses_what_has_no_online_target) {
  scene all(generation::ts);
  all.server.send(all.executor,
                  core_driver::publish("TargetStatus", R"({"id":"i:t","hash":"2","targetId":"t",)"
                                                       R"("status":"offline"})"));
  all.call("ExecTargetAction", exec_body);
  EXPECT_EQ(all.server.take_one(all.caller), R"({"event":"ws:m:command-error","data":{"tx":"c",)"
                                             R"("message":"No online instance for target t"}})");
}

TEST(command_exchange, hands_batches_and_resends_to_the_first_that_they_name) {
  for (const generation plays : {generation::ts, generation::rust}) {
    scene all(plays);
    all.call("BatchTargetAction",
             R"({"tx":"b","actions":[{"action":{"id":"a","targetId":"t"},"data":1}]})");
    EXPECT_THAT(all.server.take_one(all.executor), HasSubstr(R"("actions":[{"action")"));
    all.call("CompactBatchTargetAction",
             R"({"tx":"k","groups":[{"actionId":"a","payloads":[1],)"
             R"("assignments":[{"instanceId":"i","targetId":"t","payloadIndex":0}]}]})");
    EXPECT_THAT(all.server.take_one(all.executor), HasSubstr(R"("payloadIndex":0)"));
    all.call("ResendEmitterValue", R"({"tx":"r","instanceId":"i","emitterId":"e"})");
    EXPECT_THAT(all.server.take_one(all.executor), HasSubstr(R"("emitterId":"e")"));
    EXPECT_THAT(all.server.take(all.caller), IsEmpty());
  }
}

TEST(command_exchange, answers_unknown_commands_as_each_generation_does) {
  const auto answer_of = [](generation plays) {
    scene all(plays);
    all.call("Nope", R"({"tx":"c"})");
    return all.server.take_one(all.caller);
  };
  EXPECT_EQ(answer_of(generation::ts), R"({"event":"ws:m:command-error","data":{"tx":"c"}})");
  EXPECT_THAT(answer_of(generation::rust), HasSubstr("Command handler not found: Nope"));
  EXPECT_THAT(answer_of(generation::docs), HasSubstr(R"(,"tx":"c","data":)"));
}

TEST(command_exchange, refuses_malformed_commands_that_have_a_tx) {
  scene all(generation::ts);
  for (const char* body : {R"({"tx":"c"})", R"({"tx":"c","action":{}})"}) {
    all.call("ExecTargetAction", body);
    EXPECT_THAT(all.server.take_one(all.caller), HasSubstr("names no action"));
  }
  for (const char* body : {R"({"tx":"c"})", R"({"tx":"c","wrapped":{"commandId":"X"}})"}) {
    all.call("SendToClient", body);
    EXPECT_THAT(all.server.take_one(all.caller), HasSubstr("wrapped"));
  }
}

TEST(command_exchange, relays_errors_with_what_the_generation_knows) {
  const std::string error =
      R"({"event":"ws:m:command-error","data":{"tx":"c","commandId":"X","message":"m"}})";
  scene ts(generation::ts);
  ts.call("ExecTargetAction", exec_body);
  ts.answer(error);
  EXPECT_EQ(ts.server.take_one(ts.caller),
            R"({"event":"ws:m:command-error","data":{"tx":"c","message":"m"}})");
  scene rust(generation::rust);
  rust.call("ExecTargetAction", exec_body);
  rust.answer(error);
  EXPECT_THAT(rust.server.take_one(rust.caller), HasSubstr(R"("commandId":"ExecTargetAction")"));
}

TEST(command_exchange, of_docs_takes_a_tx_in_either_place) {
  scene all(generation::docs);
  all.call("target:action:exec", exec_body);
  all.answer(R"({"event":"ws:m:command-response","tx":"c","data":{"x":1}})");
  EXPECT_EQ(all.server.take_one(all.caller),
            R"({"event":"ws:m:command-response","tx":"c","data":{"tx":"c","response":{"x":1}}})");
  all.call("target:action:exec", exec_body);
  all.answer(R"({"event":"ws:m:command-response","data":{"tx":"c","response":2}})");
  EXPECT_THAT(all.server.take_one(all.caller), HasSubstr(R"("response":2)"));
}

TEST(command_exchange, of_rust_ignores_incomplete_answers) {
  scene all(generation::rust);
  all.call("ExecTargetAction", exec_body);
  for (const char* frame :
       {R"({"event":"ws:m:command-response","data":{"tx":"c"}})",
        R"({"event":"ws:m:command-response","data":{"tx":"","response":1}})",
        R"({"event":"ws:m:command-response","tx":"c","data":{"response":1}})",
        R"({"event":"ws:m:command-error","data":{"tx":"c","message":"m"}})",
        R"({"event":"ws:m:command-error","data":{"tx":"c","commandId":"x"}})"}) {
    all.answer(frame);
    EXPECT_THAT(all.server.take(all.caller), IsEmpty()) << frame;
  }
  all.answer(R"({"event":"ws:m:command-response","data":{"tx":"c","response":null}})");
  EXPECT_THAT(all.server.take_one(all.caller), HasSubstr(R"("response":null)"));
}

TEST(command_exchange, of_rust_forgets_a_command_after_10_s) {
  scene all(generation::rust);
  all.call("ExecTargetAction", exec_body);
  all.server.advance(milliseconds(9'999));
  EXPECT_THAT(all.server.take(all.caller), IsEmpty());
  all.server.advance(milliseconds(1));
  EXPECT_THAT(all.server.take_one(all.caller), HasSubstr("no answer within 10 s"));
  all.answer(R"({"event":"ws:m:command-response","data":{"tx":"c","response":1}})");
  EXPECT_THAT(all.server.take(all.caller), IsEmpty());
  EXPECT_EQ(all.server.counters().answers_unmatched, 1U);
  EXPECT_EQ(all.server.counters().commands_expired, 1U);
}

TEST(command_exchange, of_ts_never_forgets) {
  scene all(generation::ts);
  all.call("ExecTargetAction", exec_body);
  all.server.advance(seconds(100'000));
  all.answer(R"({"event":"ws:m:command-response","data":{"tx":"c","response":1}})");
  EXPECT_THAT(all.server.take(all.caller), ElementsAre(HasSubstr(R"("response":1)")));
}

TEST(command_exchange, takes_answers_only_from_who_was_asked) {
  scene all(generation::ts);
  const auto stranger = all.server.connect();
  all.call("ExecTargetAction", exec_body);
  all.server.send(stranger, R"({"event":"ws:m:command-response","data":{"tx":"c","response":1}})");
  EXPECT_THAT(all.server.take(all.caller), IsEmpty());
}

TEST(command_exchange, settles_what_an_executor_owes_when_it_goes) {
  scene all(generation::ts);
  all.call("ExecTargetAction", exec_body);
  all.server.disconnect(all.executor);
  EXPECT_THAT(all.server.take_one(all.caller), HasSubstr("Client Disconnected"));
}

TEST(command_exchange, sends_nothing_for_a_caller_that_went) {
  scene all(generation::ts);
  all.call("ExecTargetAction", exec_body);
  all.server.disconnect(all.caller);
  all.answer(R"({"event":"ws:m:command-response","data":{"tx":"c","response":1}})");
  EXPECT_THAT(all.server.take(all.caller), IsEmpty());
  EXPECT_EQ(all.server.counters().answers_unmatched, 1U);
}

TEST(command_exchange, two_calls_of_one_tx_end_with_one_answer) {
  scene all(generation::ts);
  all.call("ExecTargetAction", exec_body);
  all.call("ExecTargetAction", exec_body);
  all.answer(R"({"event":"ws:m:command-response","data":{"tx":"c","response":1}})");
  EXPECT_THAT(all.server.take(all.caller), testing::SizeIs(2));
}

}  // namespace
}  // namespace gantry::myko
