// Both sides' heartbeats, and when a connection is dead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "myko/error.hpp"
#include "session_fixture.hpp"

namespace gantry::myko::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class session_heartbeat : public session_fixture {
 protected:
  session_heartbeat() { publish(one_target()); }

  void forget() {
    frames_.clear();
    pings_.clear();
    control_pings_ = 0;
  }
};

TEST_F(session_heartbeat, asks_after_registration_whether_the_server_echoes) {
  connect_to_rust();
  EXPECT_EQ(sent().back(), "PING");
  EXPECT_EQ(control_pings_, 1);
}

// The form that satisfies ts and rust: id a string, timestamp an integer.
TEST_F(session_heartbeat, pings_with_an_id_and_a_timestamp) {
  connect_to_rust();
  ASSERT_THAT(pings_, SizeIs(1));
  EXPECT_THAT(pings_[0].data.bytes,
              testing::MatchesRegex(R"(\{"id":"[^"]+","timestamp":1795251600250\})"));
}

TEST_F(session_heartbeat, pings_when_nothing_was_read_for_a_while) {
  connect_to_rust();
  settle();
  forget();
  pass(milliseconds(4'949));
  EXPECT_THAT(sent(), Not(Contains("PING")));
  pass(milliseconds(1));
  EXPECT_THAT(sent(), ElementsAre("PING"));
  EXPECT_EQ(control_pings_, 1);
}

TEST_F(session_heartbeat, does_not_ping_while_the_server_speaks) {
  connect_to_rust();
  settle();
  forget();
  for (int times = 0; times < 10; ++times) {
    pass(milliseconds(4'000));
    hear(R"({"event":"ws:m:ping","data":{"ts":1}})");
  }
  EXPECT_THAT(sent(), Not(Contains("PING")));
}

TEST_F(session_heartbeat, lives_as_long_as_its_pings_are_echoed) {
  connect_to_rust();
  for (int times = 0; times < 20; ++times) {
    pass(milliseconds(5'000));
    echo_pings();
  }
  EXPECT_THAT(dropped_, IsEmpty());
}

TEST_F(session_heartbeat, lives_as_long_as_pongs_come) {
  connect_to_docs();
  for (int times = 0; times < 20; ++times) {
    pass(milliseconds(5'000));
    hear_pong();
  }
  EXPECT_THAT(dropped_, IsEmpty());
  EXPECT_GE(control_pings_, 20);
}

TEST_F(session_heartbeat, is_dead_when_nothing_was_read_for_the_configured_time) {
  connect_to_rust();
  echo_pings();
  pass(milliseconds(14'999));
  EXPECT_THAT(dropped_, IsEmpty());
  pass(milliseconds(1));
  ASSERT_THAT(dropped_, SizeIs(1));
  EXPECT_EQ(dropped_[0].code, errc::silent);
  EXPECT_THAT(dropped_[0].message, HasSubstr("15 s"));
}

TEST_F(session_heartbeat, is_dead_when_nothing_was_ever_read) {
  connect_to_rust();
  pass(seconds(15));
  EXPECT_THAT(dropped_, SizeIs(1));
}

TEST_F(session_heartbeat, takes_its_times_from_the_configuration) {
  session_config config;
  config.heartbeat.ping_after = milliseconds(100);
  config.heartbeat.dead_after = milliseconds(300);
  make_session(config);
  publish(one_target());
  connect();
  pass(milliseconds(299));
  EXPECT_THAT(dropped_, IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(dropped_, SizeIs(1));
}

// Not every server answers pings, whatever the RFC says: one that spoke gets more time.
TEST_F(session_heartbeat, has_patience_with_a_server_that_spoke_but_never_answers_pings) {
  connect_to_docs();
  pass(milliseconds(59'999));
  EXPECT_THAT(dropped_, IsEmpty());
  pass(milliseconds(1));
  ASSERT_THAT(dropped_, SizeIs(1));
  EXPECT_EQ(dropped_[0].code, errc::silent);
  EXPECT_THAT(dropped_[0].message, HasSubstr("60 s"));
}

TEST_F(session_heartbeat, has_ever_more_patience_with_such_a_server) {
  for (const int expected : {60, 120, 240}) {
    connect_to_docs();
    pass(seconds(expected) - milliseconds(1));
    EXPECT_THAT(dropped_, IsEmpty());
    pass(milliseconds(1));
    EXPECT_THAT(dropped_, SizeIs(1));
    disconnect();
    dropped_.clear();
  }
}

// It said who we are, and then its host was gone: what the socket took must not be thought read.
TEST_F(session_heartbeat, drops_a_ts_server_that_hangs_before_its_first_echo_and_loses_no_pulse) {
  connect_to_ts();
  queue("one");
  pass(milliseconds(59'999));
  EXPECT_THAT(dropped_, IsEmpty());
  pass(milliseconds(1));
  EXPECT_THAT(dropped_, SizeIs(1));
  EXPECT_EQ(session_->pulses_acknowledged(), 0U);
  disconnect();
  forget();
  connect_to_ts();
  EXPECT_EQ(items("Pulse").size(), 1U);
}

TEST_F(session_heartbeat, drops_a_rust_server_that_hangs_after_a_word_but_before_its_first_echo) {
  connect_to_rust();
  hear_exec("x");
  queue("one");
  pass(seconds(60));
  EXPECT_THAT(dropped_, SizeIs(1));
  EXPECT_EQ(session_->pulses_acknowledged(), 0U);
}

// Its own WebSocket pings tell that it lives.
TEST_F(session_heartbeat, keeps_a_server_that_answers_no_pings_but_sends_some) {
  connect_to_ts();
  queue("one");
  for (int times = 0; times < 10; ++times) {
    pass(seconds(25));
    session_->heard(sign_of_life::other, now_);
  }
  EXPECT_THAT(dropped_, IsEmpty());
  EXPECT_TRUE(session_->without_echo());
}

TEST_F(session_heartbeat, sends_docs_no_ping_message) {
  connect_to_docs();
  forget();
  pass(seconds(20));
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_EQ(control_pings_, 4);
}

// It would echo them back for ever.
TEST_F(session_heartbeat, does_not_echo_the_servers_own_pings) {
  connect_to_ts();
  echo_pings();
  forget();
  hear(R"({"event":"ws:m:ping","data":{"ts":1795229161012}})");
  hear(R"({"event":"ws:m:ping","data":{"id":"theirs","timestamp":1}})");
  hear(R"({"event":"ws:m:ping","data":null})");
  hear(R"({"event":"ws:m:ping"})");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(session_heartbeat, takes_any_frame_for_a_sign_of_life) {
  connect_to_rust();
  echo_pings();
  pass(seconds(10));
  session_->heard(sign_of_life::other, now_);
  pass(milliseconds(14'999));
  EXPECT_THAT(dropped_, IsEmpty());
}

TEST_F(session_heartbeat, wants_no_wakeup_while_offline) {
  EXPECT_EQ(session_->next_wakeup(), std::nullopt);
  connect_to_rust();
  disconnect();
  EXPECT_EQ(session_->next_wakeup(), std::nullopt);
  EXPECT_THAT(session_->tick(now_), IsEmpty());
}

TEST_F(session_heartbeat, starts_afresh_on_a_new_connection) {
  connect_to_rust();
  pass(seconds(15));
  ASSERT_THAT(dropped_, SizeIs(1));
  disconnect();
  dropped_.clear();
  pass(seconds(3'600));
  connect_to_rust();
  EXPECT_THAT(dropped_, IsEmpty());
}

TEST_F(session_heartbeat, may_be_ticked_at_any_time) {
  connect();
  for (int times = 0; times < 100; ++times) perform(session_->tick(now_));
  EXPECT_THAT(sent(), IsEmpty());
  pass(milliseconds(250));
  forget();
  for (int times = 0; times < 100; ++times) perform(session_->tick(now_));
  EXPECT_THAT(sent(), IsEmpty());
}

}  // namespace
}  // namespace gantry::myko::test
