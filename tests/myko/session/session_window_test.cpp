// States of one item that follow one another within the window of today's server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session_fixture.hpp"

namespace gantry::myko::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

class session_window : public session_fixture {
 protected:
  session_window() { publish(one_target()); }

  void connect_and_settle() {
    connect_to_rust();
    settle();
    (void)sent();
  }
  void publish_status(model::liveness what) {
    now_published_.put(model::target_status{
        .target = model::target_id("s:t"), .instance = model::instance_id("m:s"), .status = what});
    publish(now_published_);
  }
  void publish_without_target() {
    model::catalogue without = one_target();
    without.targets.clear();
    without.actions.clear();
    without.emitters.clear();
    without.statuses.clear();
    publish(without);
  }

  model::catalogue now_published_ = one_target();
};

constexpr auto online = model::liveness::online;
constexpr auto offline = model::liveness::offline;

// docker run --rm --name job true; docker run -d --rm --name job sleep 1000
TEST_F(session_window, sends_the_last_of_states_that_follow_at_once_behind_the_window) {
  now_published_.statuses.clear();
  make_session({});
  publish(now_published_);
  connect_and_settle();
  publish_status(online);
  publish_status(offline);
  publish_status(online);
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t online"));
  publish_status(offline);
  publish_status(online);
  publish_status(offline);
  EXPECT_THAT(said(), IsEmpty());
  settle();
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t offline"));
  settle();
  (void)sent();
  pass(milliseconds(1'000));
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(session_window, waits_behind_the_registration_too) {
  connect_to_rust();
  (void)sent();
  publish_status(offline);
  publish_status(online);
  EXPECT_THAT(said(), IsEmpty());
  settle();
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t online"));
}

TEST_F(session_window, sets_a_target_again_behind_its_deletion) {
  connect_and_settle();
  publish_without_target();
  EXPECT_THAT(said(), ElementsAre("DEL TargetStatus m:s:s:t online", "DEL Emitter s:t:output",
                                  "DEL Emitter s:t:state", "DEL Action s:t:run", "DEL Target s:t"));
  model::catalogue with_more = one_target();
  with_more.put(
      model::action{.id = model::action_id("s:t:stop"), .target = model::target_id("s:t")});
  publish(with_more);
  EXPECT_THAT(said(), IsEmpty());
  settle();
  // The new action too: it would be deleted with the target.
  EXPECT_THAT(said(), ElementsAre("SET Target s:t", "SET Action s:t:run", "SET Action s:t:stop",
                                  "SET Emitter s:t:output", "SET Emitter s:t:state",
                                  "SET TargetStatus m:s:s:t online"));
}

// The server deletes the values of an emitter with it.
TEST_F(session_window, sends_the_value_of_an_emitter_again_that_was_deleted) {
  set_latest("state", "old");
  connect_and_settle();
  publish_without_target();
  publish(one_target());
  (void)sent();
  set_latest("state", "new");
  EXPECT_THAT(said(), ElementsAre("SET Pulse s:t:state new"));
  settle();
  EXPECT_THAT(said(), IsSupersetOf({"SET Emitter s:t:state", "SET Pulse s:t:state new"}));
}

TEST_F(session_window, does_not_let_other_items_wait) {
  connect_and_settle();
  publish_status(offline);
  (void)sent();
  publish_status(online);
  now_published_.put(model::target{.id = model::target_id("s:u"), .name = "u"});
  now_published_.instance.message = "news";
  publish(now_published_);
  queue("line");
  set_latest("state", "up");
  EXPECT_THAT(said(), ElementsAre("SET Instance m:s Available", "SET Target s:u",
                                  "SET Pulse s:t:output line", "SET Pulse s:t:state up"));
}

TEST_F(session_window, waits_for_as_long_as_the_link_hangs) {
  connect_and_settle();
  publish_status(offline);
  publish_status(online);
  (void)sent();
  pass(milliseconds(1'000));
  EXPECT_THAT(said(), IsEmpty());
  settle();
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t online"));
}

// It may go on with its window and what has come meanwhile at the same time.
TEST_F(session_window, waits_for_a_server_that_is_stopped_within_its_window) {
  connect_and_settle();
  publish_status(offline);
  publish_status(online);
  echo_pings();
  (void)sent();
  pass(milliseconds(1'000));
  EXPECT_THAT(sent(), Contains("PING"));
  echo_pings();
  pass(milliseconds(49));
  EXPECT_THAT(sent(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t online"));
}

TEST_F(session_window, has_one_ping_behind_many_changes) {
  connect_and_settle();
  for (int count = 0; count < 100; ++count) {
    const std::string id = "s:" + std::to_string(count);
    now_published_.put(model::target{.id = model::target_id(id), .name = id});
    publish(now_published_);
  }
  EXPECT_EQ(pings_.size(), 1U);
  echo_pings();
  EXPECT_EQ(pings_.size(), 1U);
}

TEST_F(session_window, sends_everything_at_once_to_the_servers_before) {
  for (const bool ts : {true, false}) {
    publish(one_target());
    ts ? connect_to_ts() : connect_to_docs();
    (void)sent();
    publish_status(offline);
    publish_status(online);
    publish_without_target();
    publish(one_target());
    const auto words = sent();
    EXPECT_THAT(words, Not(testing::Contains("PING")));
    EXPECT_EQ(words.size(), 2U + 5U + 5U);
    disconnect();
  }
}

// A client id tells late that it is another kind of server.
TEST_F(session_window, keeps_nothing_when_the_server_turns_out_to_be_an_older_one) {
  connect_to_rust();
  (void)sent();
  publish_status(offline);
  EXPECT_THAT(said(), IsEmpty());
  hear_client_id("late");
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t offline", "RESPONSE id-tx null",
                                  "SET Instance m:s Available"));
  publish_status(online);
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t online"));
}

TEST_F(session_window, says_all_anew_on_another_connection) {
  connect_to_rust();
  publish_status(offline);
  disconnect();
  (void)sent();
  connect_to_rust();
  EXPECT_THAT(said(), testing::Contains("SET TargetStatus m:s:s:t offline"));
  settle();
  EXPECT_THAT(said(), IsEmpty());
}

// ---- Servers without echoes -------------------------------------------------------------------

TEST_F(session_window, counts_from_the_socket_where_no_echo_comes) {
  connect_to_rust();
  (void)sent();
  publish_status(offline);
  hear_pong();
  pass(milliseconds(2'999));
  EXPECT_FALSE(session_->without_echo());
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_TRUE(session_->without_echo());
  pass(milliseconds(150));
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t offline"));
  publish_status(online);
  pass(milliseconds(149));
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t online"));
}

TEST_F(session_window, waits_for_a_socket_that_takes_nothing_where_no_echo_comes) {
  connect_to_rust();
  hear_pong();
  pass(milliseconds(3'500));
  ASSERT_TRUE(session_->without_echo());
  (void)sent();
  socket_takes_all_ = false;
  publish_status(offline);
  publish_status(online);
  const std::size_t frames = sent().size();
  pass(milliseconds(500));
  EXPECT_THAT(said(), IsEmpty());
  written(frames);
  pass(milliseconds(100));
  written(sent().size());
  pass(milliseconds(50));
  EXPECT_THAT(said(), ElementsAre("SET TargetStatus m:s:s:t online"));
}

// ---- Leaving ----------------------------------------------------------------------------------

TEST_F(session_window, leaves_behind_a_state_that_was_just_sent) {
  connect_to_rust();
  echo_pings();
  (void)sent();
  leave();
  EXPECT_THAT(sent(), IsEmpty());
  pass(milliseconds(100));
  echo_pings();
  pass(milliseconds(50));
  EXPECT_THAT(said(),
              ElementsAre("SET TargetStatus m:s:s:t offline", "SET Instance m:s Unavailable"));
  EXPECT_FALSE(closed_);
  echo_pings();
  EXPECT_TRUE(closed_);
}

TEST_F(session_window, waits_no_longer_than_200_ms_when_it_leaves) {
  connect_to_rust();
  (void)sent();
  leave();
  pass(milliseconds(199));
  EXPECT_THAT(said(), IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(sent(), ElementsAre("SET TargetStatus m:s:s:t offline",
                                  "SET Instance m:s Unavailable", "PING"));
  EXPECT_FALSE(closed_);
  pass(milliseconds(1'800));
  EXPECT_TRUE(closed_);
}

TEST_F(session_window, has_left_when_the_connection_ends_while_it_waits) {
  connect_to_rust();
  leave();
  disconnect();
  EXPECT_TRUE(session_->left());
  EXPECT_EQ(session_->next_wakeup(), std::nullopt);
}

}  // namespace
}  // namespace gantry::myko::test
