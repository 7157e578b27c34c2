// Pulses that must not be lost: the window, the barriers, and servers without echoes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session_fixture.hpp"

namespace gantry::myko::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class session_pulses : public session_fixture {
 protected:
  session_pulses() { publish(one_target()); }

  std::vector<std::string> texts() {
    std::vector<std::string> out;
    for (const std::string& each : items("Pulse"))
      out.push_back(field(field(each, "data"), "text"));
    return out;
  }
};

TEST_F(session_pulses, are_followed_by_a_barrier_and_acknowledged_by_its_echo) {
  connect_to_rust();
  (void)sent();
  echo_pings();
  queue("one");
  EXPECT_THAT(sent(), ElementsAre("SET Pulse s:t:output one", "PING"));
  EXPECT_EQ(session_->pulses_acknowledged(), 0U);
  echo_pings();
  EXPECT_EQ(session_->pulses_acknowledged(), 1U);
  EXPECT_EQ(source_->size(), 0U);
}

TEST_F(session_pulses, go_one_to_a_frame) {
  connect_to_rust();
  (void)sent();
  for (const char* each : {"a", "b", "c"}) queue(each);
  EXPECT_THAT(texts(), ElementsAre("a", "b", "c"));
}

TEST_F(session_pulses, have_a_hash_of_their_own_each) {
  connect_to_rust();
  (void)sent();
  queue("same");
  queue("same");
  const auto hashes = fields("Pulse", "hash");
  ASSERT_THAT(hashes, SizeIs(2));
  EXPECT_NE(hashes[0], hashes[1]);
}

// Not even that of another process: a watcher takes an equal hash for no news.
TEST_F(session_pulses, of_the_latest_class_have_hashes_unlike_those_of_another_life) {
  std::vector<std::string> hashes;
  for (int life = 0; life < 2; ++life) {
    make_session({});
    publish(one_target());
    connect_to_rust();
    (void)sent();
    set_latest("state", "up");
    hashes.push_back(fields("Pulse", "hash").at(0));
  }
  EXPECT_NE(hashes[0], hashes[1]);
}

TEST_F(session_pulses, are_sent_again_on_the_next_connection_with_the_same_hash) {
  connect_to_ts("c-1");
  (void)sent();
  queue("one");
  const auto first = fields("Pulse", "hash");
  disconnect();
  queue("two");
  connect_to_ts("c-2");
  const auto again = items("Pulse");
  ASSERT_THAT(again, SizeIs(2));
  EXPECT_EQ(field(again[0], "hash"), first.at(0));
  EXPECT_EQ(field(again[0], "clientId"), "c-2");
  EXPECT_EQ(session_->pulses_acknowledged(), 0U);
  echo_pings();
  EXPECT_EQ(session_->pulses_acknowledged(), 2U);
}

TEST_F(session_pulses, are_not_acknowledged_by_an_echo_of_the_last_connection) {
  connect_to_rust();
  queue("one");
  const auto old = std::exchange(pings_, {});
  disconnect();
  connect_to_rust();
  for (const ping& each : old) hear(each);
  EXPECT_EQ(session_->pulses_acknowledged(), 0U);
}

TEST_F(session_pulses, stop_at_the_window_until_it_has_room) {
  session_config config;
  config.delivery.window_bytes = 1;  // one at a time
  make_session(config);
  publish(one_target());
  for (const char* each : {"a", "b", "c"}) queue(each);
  connect_to_rust();
  EXPECT_THAT(texts(), ElementsAre("a"));
  echo_pings();
  EXPECT_THAT(texts(), ElementsAre("b"));
  echo_pings();
  EXPECT_THAT(texts(), ElementsAre("c"));
}

TEST_F(session_pulses, count_as_delivered_to_docs_when_the_socket_took_them) {
  connect_to_docs();
  EXPECT_TRUE(session_->without_echo());
  EXPECT_EQ(logged(log_level::info, "does not echo"), 1);
  (void)sent();
  socket_takes_all_ = false;
  queue("one");
  EXPECT_THAT(sent(), ElementsAre("SET Pulse s:t:output one"));
  EXPECT_EQ(session_->pulses_acknowledged(), 0U);
  written(1);
  EXPECT_EQ(session_->pulses_acknowledged(), 1U);
}

TEST_F(session_pulses, count_as_delivered_that_way_when_pongs_come_but_echoes_do_not) {
  connect_to_ts();
  queue("one");
  hear_pong();
  pass(milliseconds(2'999));
  EXPECT_FALSE(session_->without_echo());
  pass(milliseconds(1));
  EXPECT_TRUE(session_->without_echo());
  EXPECT_EQ(session_->pulses_acknowledged(), 1U);
  EXPECT_EQ(logged(log_level::warning, "does not echo"), 1);
}

// A hanging server has read nothing: what the kernel took for it is lost with the connection.
TEST_F(session_pulses, are_not_lost_in_a_server_that_hangs_from_the_start) {
  connect_to_rust();
  queue("one");
  pass(seconds(15));
  ASSERT_THAT(dropped_, SizeIs(1));
  EXPECT_EQ(session_->pulses_acknowledged(), 0U);
  disconnect();
  dropped_.clear();
  (void)sent();
  connect_to_rust();
  EXPECT_THAT(texts(), ElementsAre("one"));
}

TEST_F(session_pulses, wait_for_a_slow_echo_once_one_was_seen) {
  connect_to_rust();
  echo_pings();
  queue("one");
  hear_pong();
  pass(seconds(10));
  hear_pong();
  pass(seconds(10));
  EXPECT_FALSE(session_->without_echo());
  EXPECT_EQ(session_->pulses_acknowledged(), 0U);
  echo_pings();
  EXPECT_EQ(session_->pulses_acknowledged(), 1U);
}

TEST_F(session_pulses, of_the_latest_class_are_sent_now_and_not_queued) {
  connect_to_rust();
  (void)sent();
  set_latest("state", "up");
  EXPECT_THAT(sent(), ElementsAre("SET Pulse s:t:state up"));
  EXPECT_EQ(session_->in_flight(), 0U);
}

TEST_F(session_pulses, of_the_latest_class_replace_each_other) {
  set_latest("state", "old");
  set_latest("state", "new");
  connect_to_rust();
  EXPECT_THAT(texts(), ElementsAre("new"));
}

// ---- What the source is told --------------------------------------------------------------------

TEST_F(session_pulses, are_taken_only_while_there_is_a_server_that_knows_their_emitters) {
  make_session({});
  EXPECT_FALSE(session_->takes_pulses());
  queue("one");
  connect();
  EXPECT_FALSE(session_->takes_pulses());
  pass(milliseconds(250));
  EXPECT_TRUE(session_->registered());
  EXPECT_FALSE(session_->takes_pulses());
  perform(session_->pump(now_));
  EXPECT_EQ(source_->in_flight(), 0U);
  publish(one_target());
  EXPECT_TRUE(session_->takes_pulses());
  EXPECT_EQ(source_->in_flight(), 1U);
  EXPECT_EQ(session_->in_flight(), 1U);
  disconnect();
  EXPECT_FALSE(session_->takes_pulses());
  connect_to_rust();
  EXPECT_TRUE(session_->takes_pulses());
  leave();
  EXPECT_FALSE(session_->takes_pulses());
}

TEST_F(session_pulses, are_rewound_once_for_each_lost_connection_that_had_some_in_flight) {
  connect_to_rust();
  echo_pings();
  disconnect();
  EXPECT_EQ(source_->rewinds(), 0);
  connect_to_rust();
  queue("one");
  disconnect();
  EXPECT_EQ(source_->rewinds(), 1);
  EXPECT_EQ(session_->in_flight(), 0U);
  disconnect();
  connect();
  EXPECT_EQ(source_->rewinds(), 1);
  pass(milliseconds(250));
  connect_to_rust();  // nobody said that the last one was lost
  EXPECT_EQ(source_->rewinds(), 2);
  echo_pings();
  EXPECT_EQ(source_->size(), 0U);
}

TEST_F(session_pulses, may_be_larger_than_the_window_one_at_a_time) {
  session_config config;
  config.delivery.window_bytes = 1'000;
  make_session(config);
  publish(one_target());
  connect_to_rust();
  (void)sent();
  queue(std::string(5'000, 'x'));
  queue("small");
  EXPECT_THAT(texts(), SizeIs(1));
  echo_pings();
  EXPECT_THAT(texts(), ElementsAre("small"));
}

// The last words are a barrier, too.
TEST_F(session_pulses, are_acknowledged_by_the_echo_of_the_last_words) {
  connect_to_rust();
  settle();
  queue("one");
  queue("two");  // behind the barrier of the first
  leave();
  EXPECT_EQ(session_->pulses_acknowledged(), 0U);
  hear(pings_.back());
  EXPECT_TRUE(closed_);
  EXPECT_EQ(session_->pulses_acknowledged(), 2U);
}

// ---- Everything else goes out behind the window, not behind the pulses --------------------------

class session_busy_with_pulses : public session_pulses {
 protected:
  session_busy_with_pulses() {
    session_config config;
    config.delivery.window_bytes = window;
    make_session(config);
    source_->never_end([] { return pulse_from("output", std::string(100, 'x')); });
    publish(one_target());
  }

  static constexpr std::size_t window = 20'000;
};

TEST_F(session_busy_with_pulses, sends_an_answer_right_behind_the_window) {
  connect_to_rust();
  const std::size_t in_window = items("Pulse").size();
  EXPECT_GT(in_window, 20U);
  EXPECT_LT(in_window, 200U);
  hear_exec("x");
  ASSERT_THAT(requests_, SizeIs(1));
  EXPECT_THAT(sent(), IsEmpty());
  perform(session_->answer(requests_[0].ticket, action_done{{"1"}}, now_));
  EXPECT_THAT(sent(), ElementsAre("RESPONSE x 1"));
  hear_command("Dance", R"({"tx":"y"})");
  EXPECT_THAT(sent(), ElementsAre("ERROR y Dance: unknown command Dance"));
}

TEST_F(session_busy_with_pulses, keeps_publishing_and_answering_while_they_flow) {
  connect_to_ts();
  std::size_t pulses = 0;
  for (int round = 0; round < 50; ++round) {
    pulses += items("Pulse").size();
    const std::string number = std::to_string(round);
    auto changed = one_target();
    changed.targets.begin()->second.name = number;
    publish(changed);
    EXPECT_THAT(sent(), ElementsAre("SET Target s:t"));
    set_latest("state", number);
    EXPECT_THAT(sent(), ElementsAre("SET Pulse s:t:state " + number));
    hear_exec(number);
    perform(session_->answer(requests_.back().ticket, action_done{{"1"}}, now_));
    EXPECT_THAT(sent(), ElementsAre("RESPONSE " + number + " 1"));
    EXPECT_LE(session_->in_flight(), 200U);
    echo_pings();
  }
  EXPECT_GT(pulses, 50U * 20U);
}

TEST_F(session_busy_with_pulses, does_so_without_echoes_too) {
  socket_takes_all_ = false;
  connect_to_docs();
  const std::size_t frames = frames_.size();
  const std::size_t in_window = items("Pulse").size();
  EXPECT_LT(in_window, 200U);
  hear_exec("x");
  perform(session_->answer(requests_.at(0).ticket, action_done{{"1"}}, now_));
  EXPECT_THAT(sent(), ElementsAre("RESPONSE x 1"));
  written(frames);
  EXPECT_EQ(session_->pulses_acknowledged(), in_window);
  EXPECT_THAT(items("Pulse"), SizeIs(in_window));
}

}  // namespace
}  // namespace gantry::myko::test
