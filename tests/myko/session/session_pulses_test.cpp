// Pulses that must not be lost: the window, the barriers, and servers without echoes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "session_fixture.hpp"
#include "tests/support/seed.hpp"

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
  EXPECT_EQ(session_->pulses().size(), 0U);
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
  EXPECT_EQ(session_->pulses().size(), 0U);
}

TEST_F(session_pulses, of_the_latest_class_replace_each_other) {
  set_latest("state", "old");
  set_latest("state", "new");
  connect_to_rust();
  EXPECT_THAT(texts(), ElementsAre("new"));
}

TEST_F(session_pulses, that_are_dropped_are_counted) {
  session_config config;
  config.delivery.queue_bytes = 2'000;
  make_session(config);
  for (int at = 0; at < 100; ++at) queue(std::string(200, 'x'));
  EXPECT_TRUE(session_->pulses().full());
  EXPECT_GT(session_->pulses().dropped(), 0U);
  EXPECT_LE(session_->pulses().bytes(), 4'000U);
}

// A server that reads, dies and comes back at random places has read every pulse in the end, in
// order, and nothing was acknowledged that it had not read.
TEST_F(session_pulses, all_arrive_whatever_happens_to_the_connections) {
  for (const std::uint64_t seed : gantry::test::seeds(60)) {
    SCOPED_TRACE(gantry::test::seed_text(seed));
    gantry::test::dice dice(seed);
    session_config config;
    config.delivery.window_bytes = 1'500;
    make_session(config);
    publish(one_target());
    frames_.clear();
    bool connected = false;
    std::size_t read_to = 0;  // of the connection's frames
    std::size_t queued = 0;
    std::set<std::size_t> read;
    const auto server_reads = [&](std::size_t frames) {
      for (; frames > 0 && read_to < frames_.size(); --frames) {
        const message next = frames_[read_to++];
        const auto* event = std::get_if<myko::event>(&next);
        if (event != nullptr && event->item_type == "Pulse") {
          const std::size_t number = std::stoul(field(field(event->item.bytes, "data"), "text"));
          for (std::size_t before = 1; before < number; ++before) {
            EXPECT_TRUE(read.contains(before)) << number << " came before " << before;
          }
          read.insert(number);
        } else if (const auto* ping = std::get_if<myko::ping>(&next)) {
          hear(*ping);
        }
      }
      EXPECT_LE(session_->pulses_acknowledged(), read.size());
    };
    const auto reconnect = [&] {
      if (connected) disconnect();
      frames_.clear();
      read_to = 0;
      connect_to_rust();
      connected = true;
    };
    for (int step = 0; step < 120; ++step) {
      switch (dice.upto(9)) {
        case 0:
          reconnect();
          break;
        case 1:
          if (connected) disconnect();
          connected = false;
          break;
        case 2:
        case 3:
        case 4:
        case 5:
          queue(std::to_string(++queued));
          break;
        default:
          if (connected) server_reads(1 + dice.upto(10));
      }
    }
    reconnect();
    for (int rounds = 0; rounds < 1'000 && session_->pulses().size() > 0; ++rounds) {
      server_reads(10);
    }
    EXPECT_EQ(session_->pulses().size(), 0U);
    EXPECT_EQ(read.size(), queued);
    EXPECT_EQ(session_->pulses_acknowledged(), queued);
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace gantry::myko::test
