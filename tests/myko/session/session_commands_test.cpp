// Every command is answered exactly once, and within five seconds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session_fixture.hpp"

namespace gantry::myko::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class session_commands : public session_fixture {
 protected:
  session_commands() {
    publish(one_target());
    connect_to_rust();
    (void)sent();
    echo_pings();
  }

  void done(std::size_t request, const std::string& response = "null") {
    perform(session_->answer(requests_.at(request).ticket, action_done{{response}}, now_));
  }
};

TEST_F(session_commands, performs_an_action_and_answers) {
  hear_exec("x");
  ASSERT_THAT(requests_, SizeIs(1));
  EXPECT_EQ(requests_[0].action.value, "s:t:run");
  EXPECT_EQ(requests_[0].target.value, "s:t");
  EXPECT_THAT(sent(), IsEmpty());
  done(0, R"({"run":"r-1"})");
  EXPECT_THAT(sent(), ElementsAre(R"(RESPONSE x {"run":"r-1"})"));
}

TEST_F(session_commands, answers_each_kind_of_command) {
  queue("last");
  (void)sent();
  hear_exec("exec");
  hear_command("target:action:exec", R"({"tx":"old","action":{"id":"s:t:run"},"data":{}})");
  hear_command("BatchTargetAction", R"({"tx":"batch","actions":[{"action":{"id":"s:t:run"}}]})");
  hear_command("CompactBatchTargetAction",
               R"({"tx":"compact","groups":[{"actionId":"s:t:run","payloads":[1],)"
               R"("assignments":[{"payloadIndex":0}]}]})");
  ASSERT_THAT(requests_, SizeIs(4));
  for (std::size_t at = 0; at < 4; ++at) done(at);
  EXPECT_THAT(said(), ElementsAre("RESPONSE exec null", "RESPONSE old null", "RESPONSE batch null",
                                  "RESPONSE compact null"));
  hear_command("ResendEmitterValue", R"({"tx":"resend","emitterId":"s:t:output"})");
  EXPECT_THAT(said(),
              ElementsAre("SET Pulse s:t:output last", R"(RESPONSE resend {"resent":true})"));
  hear_client_id("c-1", "set-id");
  EXPECT_THAT(said(), ElementsAre("RESPONSE set-id null", "SET Instance m:s Available"));
  hear_command("client:setId", R"({"tx":"old-id","clientId":"c-1"})");
  EXPECT_EQ(said().front(), "RESPONSE old-id null");
  hear_command("Dance", R"({"tx":"other"})");
  EXPECT_THAT(said(), ElementsAre("ERROR other Dance: unknown command Dance"));
}

TEST_F(session_commands, answers_within_five_seconds_what_takes_longer) {
  hear_exec("x");
  pass(milliseconds(4'499));
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(500));
  EXPECT_THAT(said(), ElementsAre(AllOf(HasSubstr("RESPONSE x"), HasSubstr("accepted"))));
  done(0);
  EXPECT_THAT(said(), IsEmpty());
}

TEST_F(session_commands, answers_the_same_tx_from_memory_also_on_another_connection) {
  hear_exec("x");
  done(0, "1");
  (void)sent();
  hear_exec("x");
  EXPECT_THAT(sent(), ElementsAre("RESPONSE x 1"));
  disconnect();
  connect_to_rust();
  (void)sent();
  hear_exec("x");
  EXPECT_THAT(sent(), ElementsAre("RESPONSE x 1"));
  EXPECT_THAT(requests_, SizeIs(1));
}

TEST_F(session_commands, reads_those_inside_a_batch_of_messages) {
  hear(R"({"event":"ws:m:batch","data":[7,{"event":"ws:m:command","data":{"commandId":)"
       R"("ExecTargetAction","command":{"tx":"x","action":{"id":"s:t:run"}}}}]})");
  EXPECT_THAT(requests_, SizeIs(1));
}

TEST_F(session_commands, answers_those_in_frames_that_are_hard_to_read) {
  const std::string deep = std::string(600, '[') + std::string(600, ']');
  const std::string begin =
      R"({"event":"ws:m:command","data":{"commandId":"Dance","command":{"tx":")";
  int at = 0;
  for (const std::string& each :
       {std::string("NaN"), std::string("1e400"), std::string("[99999999999999999999,1.5e309]"),
        deep, std::string("\"\xff\"")}) {
    const std::string tx = "t" + std::to_string(++at);
    hear(begin + tx + R"(","data":)" + each + "}}}");
    EXPECT_THAT(sent(), ElementsAre(HasSubstr("ERROR " + tx + " Dance"))) << each.substr(0, 40);
  }
  hear(R"({"event":"ws:m:command","data":{"command":{"tx":"nameless"}}})");
  EXPECT_THAT(sent(), ElementsAre(HasSubstr("ERROR nameless")));
}

TEST_F(session_commands, refuses_those_of_others) {
  hear_command("ExecTargetAction", R"({"tx":"x","instanceId":"n:s","action":{"id":"s:t:run"}})");
  hear_command("ResendEmitterValue", R"({"tx":"y","instanceId":"n:s","emitterId":"s:t:output"})");
  EXPECT_THAT(sent(), ElementsAre(HasSubstr("ERROR x"), HasSubstr("ERROR y")));
  EXPECT_THAT(requests_, IsEmpty());
}

// ---- ResendEmitterValue -----------------------------------------------------------------------

TEST_F(session_commands, resends_a_latest_value_with_a_new_hash) {
  set_latest("state", "up");
  const auto first = fields("Pulse", "hash");
  hear_command("ResendEmitterValue", R"({"tx":"x","instanceId":"m:s","emitterId":"s:t:state"})");
  const auto second = fields("Pulse", "hash");
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_NE(first, second);
  EXPECT_EQ(second[0].size(), 64U);
}

TEST_F(session_commands, resends_the_last_of_the_queued_pulses) {
  queue("one");
  queue("two");
  (void)sent();
  hear_command("ResendEmitterValue", R"({"tx":"x","emitterId":"s:t:output"})");
  EXPECT_THAT(said(), ElementsAre("SET Pulse s:t:output two", R"(RESPONSE x {"resent":true})"));
}

TEST_F(session_commands, resends_the_last_that_was_sent_not_one_that_waits) {
  queue("one");
  disconnect();
  queue("two");
  connect();
  hear_command("ResendEmitterValue", R"({"tx":"x","emitterId":"s:t:output"})");
  pass(milliseconds(250));
  const auto all = said();
  EXPECT_EQ(all.at(all.size() - 2), "SET Pulse s:t:output two");
  EXPECT_EQ(all.back(), R"(RESPONSE x {"resent":true})");
}

TEST_F(session_commands, cannot_resend_what_memory_does_not_keep) {
  session_config config;
  config.last_values_bytes_max = 1'000;
  make_session(config);
  publish(one_target());
  connect_to_rust();
  queue("one");
  source_->append(pulse_from("state", std::string(800, 'x')));
  perform(session_->pump(now_));
  (void)sent();
  hear_command("ResendEmitterValue", R"({"tx":"x","emitterId":"s:t:output"})");
  EXPECT_THAT(sent(), ElementsAre(HasSubstr("ERROR x ResendEmitterValue: emitter s:t:output has "
                                            "had no value of late")));
  hear_command("ResendEmitterValue", R"({"tx":"y","emitterId":"s:t:state"})");
  EXPECT_EQ(said().back(), R"(RESPONSE y {"resent":true})");
}

TEST_F(session_commands, forgets_the_last_pulses_of_emitters_that_are_gone) {
  queue("one");
  auto without = one_target();
  without.emitters.erase(emitter_named("output"));
  publish(without);
  publish(one_target());
  (void)sent();
  hear_command("ResendEmitterValue", R"({"tx":"x","emitterId":"s:t:output"})");
  EXPECT_THAT(sent(), ElementsAre(HasSubstr("has had no value yet")));
}

TEST_F(session_commands, says_why_it_cannot_resend) {
  hear_command("ResendEmitterValue", R"({"tx":"x","emitterId":"s:t:nothing"})");
  hear_command("ResendEmitterValue", R"({"tx":"y","emitterId":"s:t:state"})");
  EXPECT_THAT(sent(), ElementsAre(HasSubstr("ERROR x ResendEmitterValue: there is no emitter"),
                                  HasSubstr("ERROR y ResendEmitterValue: emitter s:t:state has "
                                            "had no value")));
}

// Newer servers may send it as an event; then nobody waits for an answer.
TEST_F(session_commands, resends_on_an_event_without_an_answer) {
  set_latest("state", "up");
  (void)sent();
  hear(R"({"event":"ws:m:event","data":{"itemType":"ResendEmitterValue","changeType":"SET",)"
       R"("item":{"id":"1","instanceId":"m:s","emitterId":"s:t:state"}}})");
  EXPECT_THAT(sent(), ElementsAre("SET Pulse s:t:state up"));
  hear(R"({"event":"ws:m:event","data":{"itemType":"ResendEmitterValue","changeType":"SET",)"
       R"("item":{"emitterId":"s:t:nothing"}}})");
  hear(R"({"event":"ws:m:event","data":{"itemType":"Target","changeType":"SET","item":{}}})");
  EXPECT_THAT(sent(), IsEmpty());
}

// ---- Before registration ----------------------------------------------------------------------

TEST_F(session_commands, queues_what_comes_before_registration_in_its_order) {
  disconnect();
  connect();
  hear_command("Dance", R"({"tx":"a"})");
  hear_exec("b");
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(requests_, IsEmpty());
  pass(milliseconds(250));
  const auto all = said();
  EXPECT_EQ(all.back(), "ERROR a Dance: unknown command Dance");
  EXPECT_EQ(all.front(), "SET Machine m");
  EXPECT_THAT(requests_, SizeIs(1));
  done(0);
  EXPECT_THAT(sent(), ElementsAre("RESPONSE b null"));
}

TEST_F(session_commands, answers_those_that_do_not_fit_the_queue) {
  session_config config;
  config.early_commands_max = 2;
  make_session(config);
  publish(one_target());
  connect();
  for (const char* tx : {"a", "b", "c", "d"}) hear_exec(tx);
  EXPECT_THAT(sent(), ElementsAre(HasSubstr("ERROR c ExecTargetAction"),
                                  HasSubstr("ERROR d ExecTargetAction")));
  pass(milliseconds(250));
  EXPECT_THAT(requests_, SizeIs(2));
}

TEST_F(session_commands, bounds_that_queue_in_bytes_too) {
  session_config config;
  config.early_bytes_max = 1'000;
  make_session(config);
  publish(one_target());
  connect();
  hear_command("ExecTargetAction",
               R"({"tx":"a","action":{"id":"s:t:run"},"data":")" + std::string(700, 'x') + "\"}");
  hear_command("ExecTargetAction",
               R"({"tx":"b","action":{"id":"s:t:run"},"data":")" + std::string(700, 'x') + "\"}");
  hear_exec("c");
  EXPECT_THAT(sent(), ElementsAre(HasSubstr("ERROR b")));
  pass(milliseconds(250));
  EXPECT_THAT(requests_, SizeIs(2));
}

// Each counts for itself, not for the frame that brought it.
TEST_F(session_commands, has_room_for_many_small_ones_of_one_frame) {
  disconnect();
  connect();
  std::string frame = R"({"event":"ws:m:batch","data":[)";
  for (int at = 0; at < 1'024; ++at) {
    if (at > 0) frame += ',';
    frame += R"({"event":"ws:m:command","data":{"commandId":"ExecTargetAction","command":{"tx":")" +
             std::to_string(at) + R"(","action":{"id":"s:t:run"}}}})";
  }
  hear(frame + "]}");
  EXPECT_THAT(sent(), IsEmpty());
  pass(milliseconds(250));
  EXPECT_THAT(requests_, SizeIs(1'024));
}

TEST_F(session_commands, has_the_bounds_of_the_protocol_page) {
  EXPECT_EQ(session_config{}.early_commands_max, 1'024U);
  EXPECT_EQ(session_config{}.early_bytes_max, 16U << 20U);
}

TEST_F(session_commands, counts_the_time_in_the_queue_as_waiting) {
  session_config config;
  config.id_grace = milliseconds(2'000);
  make_session(config);
  publish(one_target());
  connect();
  hear_exec("x");
  pass(milliseconds(2'000));
  (void)sent();
  pass(milliseconds(2'499));
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(said(), ElementsAre(HasSubstr("accepted")));
}

TEST_F(session_commands, queues_also_while_there_is_nothing_to_publish) {
  make_session({});
  connect_to_rust();
  hear_exec("x");
  pass(milliseconds(1'000));
  EXPECT_THAT(said(), IsEmpty());
  publish(one_target());
  EXPECT_THAT(requests_, SizeIs(1));
}

TEST_F(session_commands, answers_in_time_though_there_never_is_anything_to_publish) {
  make_session({});
  connect();
  hear_exec("x");
  pass(milliseconds(1'000));
  hear_exec("y");
  pass(milliseconds(3'500));
  EXPECT_THAT(said(), ElementsAre(HasSubstr("ERROR x ExecTargetAction: gantry is still starting")));
  pass(milliseconds(1'000));
  EXPECT_THAT(said(), ElementsAre(HasSubstr("ERROR y")));
  publish(one_target());
  EXPECT_THAT(requests_, IsEmpty());
}

TEST_F(session_commands, forgets_the_queue_of_a_connection_that_ended) {
  disconnect();
  connect();
  hear_exec("x");
  disconnect();
  connect_to_rust();
  EXPECT_THAT(requests_, IsEmpty());
}

// ---- Connections end, programs end --------------------------------------------------------------

TEST_F(session_commands, does_not_begin_again_what_another_connection_began) {
  hear_exec("x");
  disconnect();
  done(0, "1");
  connect_to_rust();
  (void)sent();
  hear_exec("x");
  EXPECT_THAT(sent(), ElementsAre("RESPONSE x 1"));
  EXPECT_THAT(requests_, SizeIs(1));
}

TEST_F(session_commands, answers_what_is_open_when_it_leaves) {
  hear_exec("x");
  leave();
  EXPECT_THAT(sent().front(), HasSubstr("ERROR x ExecTargetAction: gantry is stopping"));
  done(0);
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(session_commands, answers_the_queued_when_it_leaves) {
  disconnect();
  connect();
  hear_exec("x");
  leave();
  EXPECT_THAT(sent().front(), HasSubstr("ERROR x ExecTargetAction: gantry is stopping"));
}

TEST_F(session_commands, refuses_what_comes_while_it_leaves) {
  leave();
  (void)sent();
  hear_exec("x");
  hear_exec("");
  EXPECT_THAT(sent(), ElementsAre("ERROR x ExecTargetAction: gantry is stopping"));
  EXPECT_THAT(requests_, IsEmpty());
}

// ---- Bad input --------------------------------------------------------------------------------

TEST_F(session_commands, survives_everything_that_is_no_command_of_ours) {
  for (const char* each : {"Error parsing message", "", "\xEF\xBB\xBF{}", "{} {}", "{", "\xff"}) {
    hear(each);
  }
  EXPECT_EQ(session_->counters().not_json, 6U);
  for (const char* each : {"[]", "{}", R"({"event":"ws:m:command","data":{}})"}) hear(each);
  EXPECT_EQ(session_->counters().unusable, 3U);
  for (const char* each : {R"({"event":"ws:m:unheard-of","data":{}})", R"({"event":"x"})"}) {
    hear(each);
  }
  EXPECT_EQ(session_->counters().unknown, 2U);
  for (const char* each : {R"({"event":"ws:m:query-error","data":{"message":"m"}})",
                           R"({"event":"ws:m:report-error","data":{"message":"m"}})",
                           R"({"event":"ws:m:command-error","data":{"tx":"nobody"}})",
                           R"({"event":"ws:m:query-response","data":{"tx":"nobody"}})"}) {
    hear(each);
  }
  EXPECT_THAT(sent(), IsEmpty());
  hear_exec("x");
  EXPECT_THAT(requests_, SizeIs(1));
}

TEST_F(session_commands, complains_once_a_connection_of_a_server_that_understands_nothing) {
  for (int times = 0; times < 5; ++times) hear("Error parsing message");
  EXPECT_EQ(logged(log_level::warning, "Error parsing message"), 1);
  EXPECT_EQ(logged(log_level::debug, "Error parsing message"), 4);
  disconnect();
  connect();
  hear("pass\x1b[31mword");
  EXPECT_EQ(logged(log_level::warning, "text that is not JSON, of 13 bytes"), 1);
}

}  // namespace
}  // namespace gantry::myko::test
