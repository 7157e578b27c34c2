// Which generation is it, what is published, in which order, and what after that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/json.hpp"
#include "session_fixture.hpp"

namespace gantry::myko::test {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

class session_registration : public session_fixture {
 protected:
  session_registration() { publish(one_target()); }

  static std::vector<std::string> everything() {
    return {"SET Machine m",
            "SET Instance m:s Starting",
            "SET Target s:t",
            "SET Action s:t:run",
            "SET Emitter s:t:output",
            "SET Emitter s:t:state",
            "SET TargetStatus m:s:s:t online",
            "SET Instance m:s Available"};
  }

  // With an alert, and one of an earlier life that is over.
  static model::catalogue in_trouble() {
    model::catalogue out = one_target();
    out.put(model::alert{.entity = "s:t", .instance = out.instance.id, .code = "unhealthy"});
    const model::alert over{.entity = "s:u", .instance = out.instance.id, .code = "unhealthy"};
    const std::string id = id_of(over).value;
    out.leftovers[{"Alert", id}] = {"Alert", id, model::change_type::del, to_item(over)};
    return out;
  }
};

// ---- Generations ------------------------------------------------------------------------------

TEST_F(session_registration, waits_for_a_client_id_first) {
  connect();
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(249));
  EXPECT_THAT(said(), IsEmpty());
  EXPECT_FALSE(session_->registered());
}

// An answer may come after what was sent behind the question.
TEST_F(session_registration, asks_a_silent_server_for_its_row_before_it_sends_it) {
  connect();
  pass(milliseconds(149));
  EXPECT_THAT(sent(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(sent(), ElementsAre("ASK GetInstancesByIds"));
  pass(milliseconds(100));
  EXPECT_THAT(sent(), Not(Contains("ASK GetInstancesByIds")));
}

TEST_F(session_registration, takes_a_silent_server_for_rust_when_the_grace_is_over) {
  connect_to_rust();
  EXPECT_EQ(session_->server_generation(), generation::rust);
  EXPECT_EQ(said(), everything());
  EXPECT_TRUE(session_->registered());
}

TEST_F(session_registration, knows_ts_by_set_client_id_and_answers_it) {
  connect_to_ts("c-7");
  EXPECT_EQ(session_->server_generation(), generation::ts);
  auto expected = everything();
  expected.insert(expected.begin(), "RESPONSE id-tx null");
  EXPECT_EQ(said(), expected);
}

TEST_F(session_registration, knows_docs_by_client_set_id) {
  connect_to_docs("c-7");
  EXPECT_EQ(session_->server_generation(), generation::docs);
  EXPECT_EQ(said(), everything());
}

TEST_F(session_registration, has_a_configurable_grace) {
  session_config config;
  config.id_grace = milliseconds(1'000);
  make_session(config);
  publish(one_target());
  connect();
  pass(milliseconds(999));
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_EQ(said(), everything());
}

TEST_F(session_registration, is_not_settled_by_other_words_of_the_server) {
  connect();
  hear(R"({"event":"ws:m:ping","data":{"ts":1}})");
  hear("Error parsing message");
  EXPECT_THAT(sent(), IsEmpty());
  pass(milliseconds(250));
  EXPECT_TRUE(session_->registered());
}

TEST_F(session_registration, writes_schemas_as_strings_for_docs_and_as_objects_for_the_others) {
  connect_to_docs();
  EXPECT_THAT(fields("Action", "schema"), ElementsAre(R"({"type":"object"})"));
  disconnect();
  connect_to_docs();
  const auto docs = items("Action");
  EXPECT_TRUE(json::find(*json::parse(docs.at(0)), "schema")->IsString());
  disconnect();
  connect_to_ts();
  EXPECT_TRUE(json::find(*json::parse(items("Action").at(0)), "schema")->IsObject());
  disconnect();
  connect_to_rust();
  EXPECT_TRUE(json::find(*json::parse(items("Action").at(0)), "schema")->IsObject());
}

// ---- Client ids -------------------------------------------------------------------------------

TEST_F(session_registration, puts_the_client_id_on_the_instance) {
  connect_to_ts("c-7");
  EXPECT_THAT(fields("Instance", "clientId"), ElementsAre("c-7", "c-7"));
}

TEST_F(session_registration, forgets_the_client_id_of_the_last_connection) {
  connect_to_ts("c-7");
  disconnect();
  (void)sent();
  connect_to_rust();
  EXPECT_THAT(fields("Instance", "clientId"), ElementsAre("", ""));
  disconnect();
  connect_to_ts("c-8");
  EXPECT_THAT(fields("Instance", "clientId"), ElementsAre("c-8", "c-8"));
}

TEST_F(session_registration, gives_the_instance_another_hash_with_another_client_id) {
  connect_to_ts("c-7");
  const auto first = fields("Instance", "hash");
  disconnect();
  connect_to_ts("c-8");
  const auto second = fields("Instance", "hash");
  EXPECT_NE(first.back(), second.back());
}

TEST_F(session_registration, adopts_a_late_id_and_publishes_what_carries_it) {
  connect_to_rust();
  (void)sent();
  hear_client_id("late");
  EXPECT_EQ(session_->server_generation(), generation::ts);
  EXPECT_THAT(in_words(frames_.at(1)), "SET Instance m:s Available");
  EXPECT_THAT(said(), ElementsAre("RESPONSE id-tx null", "SET Instance m:s Available"));
  queue("x");
  EXPECT_THAT(fields("Pulse", "clientId"), ElementsAre("late"));
}

TEST_F(session_registration, publishes_all_again_in_its_form_when_docs_speaks_late) {
  connect_to_rust();
  (void)sent();
  hear_docs_client_id("late");
  EXPECT_EQ(session_->server_generation(), generation::docs);
  EXPECT_EQ(sent(), everything());
  EXPECT_TRUE(session_->without_echo());
}

TEST_F(session_registration, adopts_a_second_id) {
  connect_to_ts("c-1");
  (void)sent();
  hear_client_id("c-2", "second");
  EXPECT_THAT(fields("Instance", "clientId"), ElementsAre("c-2"));
}

TEST_F(session_registration, answers_the_same_id_again_and_no_more) {
  connect_to_ts("c-1");
  (void)sent();
  hear_client_id("c-1", "again");
  EXPECT_THAT(sent(), ElementsAre("RESPONSE again null"));
}

TEST_F(session_registration, answers_an_id_command_that_holds_no_id_with_an_error) {
  connect_to_rust();
  (void)sent();
  hear_command("SetClientId", R"({"tx":"x"})");
  EXPECT_THAT(sent(), ElementsAre(HasSubstr("ERROR x SetClientId")));
}

// ---- What is published, and when --------------------------------------------------------------

TEST_F(session_registration, sends_current_values_between_definitions_and_statuses) {
  set_latest("state", "up");
  connect_to_rust();
  auto expected = everything();
  expected.insert(expected.begin() + 6, "SET Pulse s:t:state up");
  EXPECT_EQ(said(), expected);
}

TEST_F(session_registration, sends_queued_pulses_after_everything_else_oldest_first) {
  queue("one");
  queue("two");
  connect_to_rust();
  auto expected = everything();
  expected.insert(expected.end(), {"SET Pulse s:t:output one", "SET Pulse s:t:output two"});
  EXPECT_EQ(said(), expected);
}

TEST_F(session_registration, resyncs_in_full_on_every_connection) {
  for (int times = 0; times < 3; ++times) {
    connect_to_rust();
    EXPECT_EQ(said(), everything());
    disconnect();
    EXPECT_FALSE(session_->registered());
  }
  EXPECT_EQ(session_->counters().connections, 3U);
}

TEST_F(session_registration, sends_only_what_changed_while_connected) {
  connect_to_ts();
  (void)sent();
  publish(one_target());
  EXPECT_THAT(sent(), IsEmpty());
  auto changed = one_target();
  changed.put(model::target_status{.target = model::target_id("s:t"),
                                   .instance = model::instance_id("m:s")});
  changed.put(model::target{.id = model::target_id("s:u"), .name = "u"});
  publish(changed);
  EXPECT_THAT(sent(), ElementsAre("SET Target s:u", "SET TargetStatus m:s:s:t offline"));
  changed.targets.erase(model::target_id("s:u"));
  publish(changed);
  EXPECT_THAT(sent(), ElementsAre("DEL Target s:u"));
}

TEST_F(session_registration, sends_nothing_while_not_connected_and_the_last_state_then) {
  auto changed = one_target();
  changed.put(model::target{.id = model::target_id("s:u"), .name = "u"});
  publish(changed);
  publish(one_target());
  set_latest("state", "old");
  set_latest("state", "new");
  EXPECT_THAT(sent(), IsEmpty());
  connect_to_rust();
  const auto all = said();
  EXPECT_THAT(all, Contains("SET Pulse s:t:state new"));
  EXPECT_THAT(all, Not(Contains(HasSubstr("s:u"))));
  EXPECT_THAT(all, Not(Contains(HasSubstr("old"))));
}

TEST_F(session_registration, publishes_a_change_that_comes_while_it_waits_for_an_id_once) {
  connect();
  auto changed = one_target();
  changed.targets.begin()->second.name = "renamed";
  publish(changed);
  EXPECT_THAT(sent(), IsEmpty());
  hear_client_id("c-1");
  EXPECT_THAT(fields("Target", "name"), ElementsAre("renamed"));
}

TEST_F(session_registration, registers_as_soon_as_there_is_something_to_publish) {
  make_session({});
  connect_to_rust();
  EXPECT_THAT(said(), IsEmpty());
  set_latest("state", "up");
  queue("line");
  EXPECT_THAT(said(), IsEmpty());  // of emitters that the server has not heard of
  publish(one_target());
  auto expected = everything();
  expected.insert(expected.begin() + 6, "SET Pulse s:t:state up");
  expected.emplace_back("SET Pulse s:t:output line");
  EXPECT_EQ(said(), expected);
}

TEST_F(session_registration, keeps_the_executors_own_instance_status) {
  auto troubled = one_target();
  troubled.instance.status = model::instance_status::error;
  publish(troubled);
  connect_to_rust();
  EXPECT_THAT(fields("Instance", "status"), ElementsAre("Starting", "Error"));
}

TEST_F(session_registration, sends_no_value_of_an_emitter_that_is_not_published) {
  connect_to_rust();
  (void)sent();
  set_latest("nobody", "x");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(session_registration, forgets_the_values_of_emitters_that_are_gone) {
  set_latest("state", "up");
  auto without = one_target();
  without.emitters.erase(emitter_named("state"));
  publish(without);
  publish(one_target());
  connect_to_rust();
  EXPECT_THAT(said(), Not(Contains(HasSubstr("Pulse"))));
}

// The strictest server would drop such an item in silence.
TEST_F(session_registration, sends_a_hash_with_every_item) {
  set_latest("state", "up");
  queue("line");
  connect_to_rust();
  for (const message& each : frames_) {
    if (const auto* event = std::get_if<myko::event>(&each)) {
      EXPECT_EQ(field(event->item.bytes, "hash").size(), 64U) << event->item.bytes;
      EXPECT_FALSE(event->tx.empty());
      EXPECT_EQ(event->created_at, "2026-11-21T09:00:00.250Z");
    }
  }
}

TEST_F(session_registration, gives_every_event_a_tx_of_its_own) {
  connect_to_rust();
  std::set<std::string> seen;
  for (const message& each : frames_) {
    if (const auto* event = std::get_if<myko::event>(&each)) {
      EXPECT_TRUE(seen.insert(event->tx).second);
    }
  }
}

// ---- Leaving ----------------------------------------------------------------------------------

TEST_F(session_registration, says_offline_before_it_leaves) {
  connect_to_rust();
  settle();
  (void)sent();
  leave();
  EXPECT_THAT(sent(), ElementsAre("SET TargetStatus m:s:s:t offline",
                                  "SET Instance m:s Unavailable", "PING"));
  EXPECT_FALSE(closed_);
  echo_pings();
  EXPECT_TRUE(closed_);
  EXPECT_TRUE(session_->left());
  EXPECT_EQ(session_->next_wakeup(), std::nullopt);
}

// An alert that stayed would tell of a trouble that nobody watches any more.
TEST_F(session_registration, takes_its_alerts_back_before_it_leaves) {
  connect_to_ts();
  publish(in_trouble());
  EXPECT_THAT(said(), Contains(HasSubstr("SET Alert s:tm:s")));
  leave();
  EXPECT_THAT(said(), Contains(HasSubstr("DEL Alert s:tm:s")));
}

TEST_F(session_registration, takes_its_alerts_back_also_while_it_waits_for_an_id) {
  publish(in_trouble());
  connect();
  leave();
  EXPECT_THAT(said(), Contains(HasSubstr("DEL Alert s:tm:s")));
}

TEST_F(session_registration, tells_alerts_when_their_targets_can_be_used) {
  publish(in_trouble());
  connect_to_ts();
  const auto words = sent();
  const auto at = [&](const std::string& what) { return std::ranges::find(words, what); };
  EXPECT_LT(at("SET TargetStatus m:s:s:t online"), at("SET Alert s:tm:s"));
  EXPECT_LT(at("SET Alert s:tm:s"), words.end());
}

// It has no such type, and warns of each.
TEST_F(session_registration, tells_rust_of_no_alert) {
  publish(in_trouble());
  connect_to_rust();
  EXPECT_EQ(said(), everything());
  publish(one_target());
  publish(in_trouble());
  leave();
  EXPECT_THAT(sent(), Not(Contains(HasSubstr("Alert"))));
}

TEST_F(session_registration, tells_docs_of_alerts) {
  publish(in_trouble());
  connect_to_docs();
  EXPECT_THAT(said(), IsSupersetOf({"SET Alert s:tm:s", "DEL Alert s:um:s"}));
}

TEST_F(session_registration, tells_of_alerts_when_it_hears_late_that_the_server_has_them) {
  publish(in_trouble());
  connect_to_rust();
  (void)sent();
  hear_client_id("late");
  EXPECT_THAT(said(), ElementsAre("RESPONSE id-tx null", "SET Instance m:s Available",
                                  "SET Alert s:tm:s", "DEL Alert s:um:s"));
  hear_client_id("later", "2");
  EXPECT_THAT(said(), ElementsAre("RESPONSE 2 null", "SET Instance m:s Available"));
}

TEST_F(session_registration, closes_when_the_echo_of_its_last_words_does_not_come) {
  connect_to_rust();
  leave();
  pass(milliseconds(1'999));
  EXPECT_FALSE(closed_);
  pass(milliseconds(1));
  EXPECT_TRUE(closed_);
}

TEST_F(session_registration, closes_a_connection_without_echoes_when_all_is_written) {
  connect_to_docs();
  socket_takes_all_ = false;
  leave();
  EXPECT_FALSE(closed_);
  written(2);
  EXPECT_FALSE(closed_);
  written(1);
  EXPECT_TRUE(closed_);
}

// The server may still know everything from the connection before, and think it online.
TEST_F(session_registration, says_offline_also_while_it_waits_for_an_id) {
  connect();
  leave();
  const auto words = said();
  EXPECT_THAT(words, Contains("SET TargetStatus m:s:s:t offline"));
  EXPECT_THAT(words, Contains("SET Instance m:s Unavailable"));
  EXPECT_THAT(words, Not(Contains(HasSubstr("online"))));
  EXPECT_THAT(words, Not(Contains(HasSubstr("Available "))));
  EXPECT_FALSE(closed_);
  echo_pings();
  EXPECT_TRUE(closed_);
}

TEST_F(session_registration, leaves_at_once_when_it_is_not_connected) {
  leave();
  EXPECT_TRUE(closed_);
  EXPECT_TRUE(session_->left());
  connect_to_rust();
  disconnect();
  make_session({});
  publish(one_target());
  connect_to_rust();
  disconnect();
  closed_ = false;
  leave();
  EXPECT_TRUE(closed_);
}

TEST_F(session_registration, has_left_when_the_connection_ends_first) {
  connect_to_rust();
  leave();
  disconnect();
  EXPECT_TRUE(session_->left());
}

TEST_F(session_registration, leaves_once) {
  connect_to_rust();
  leave();
  (void)sent();
  leave();
  publish(one_target());
  queue("late");
  set_latest("state", "late");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(session_registration, leaves_with_nothing_published) {
  make_session({});
  connect_to_rust();
  (void)sent();
  leave();
  EXPECT_THAT(sent(), ElementsAre("PING"));
  echo_pings();
  EXPECT_TRUE(closed_);
}

}  // namespace
}  // namespace gantry::myko::test
