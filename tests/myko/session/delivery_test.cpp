#include "myko/session/delivery.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A delivery on a connection that numbers its frames and its barriers. Pulses are 100 bytes each.
class delivery_fixture : public testing::Test {
 protected:
  // Sends so many pulses, or as many as the window takes, then a barrier if one is due. How many.
  int send(int count, std::size_t bytes = 100) {
    int sent = 0;
    for (; sent < count && out_.has_room(); ++sent) out_.sent(++frame_, bytes);
    if (out_.wants_barrier()) {
      ++frame_;
      out_.barrier_sent(barrier_name(++barriers_), now_);
    }
    return sent;
  }
  void echo(int barrier) { out_.echoed(barrier_name(barrier)); }
  void reconnect() {
    out_.reset();
    frame_ = 0;
  }

  static std::string barrier_name(int number) { return "b" + std::to_string(number); }

  using counts = std::vector<std::size_t>;

  counts acknowledged_;  // as they were called back
  delivery out_{{.window_bytes = 1'000},
                [this](std::size_t count) { acknowledged_.push_back(count); }};
  std::uint64_t frame_ = 0;
  int barriers_ = 0;
  delivery::time_point now_{seconds(1'000)};
};

TEST_F(delivery_fixture, puts_a_barrier_behind_pulses_and_acknowledges_by_its_echo) {
  EXPECT_EQ(send(2), 2);
  EXPECT_EQ(barriers_, 1);
  EXPECT_EQ(out_.in_flight(), 2U);
  EXPECT_EQ(acknowledged_, counts{});
  echo(1);
  EXPECT_EQ(acknowledged_, counts{2});
  EXPECT_EQ(out_.acknowledged(), 2U);
  EXPECT_EQ(out_.in_flight(), 0U);
  EXPECT_EQ(out_.in_flight_bytes(), 0U);
}

TEST_F(delivery_fixture, wants_no_barrier_without_pulses) {
  send(0);
  EXPECT_EQ(barriers_, 0);
  EXPECT_EQ(out_.next_deadline(), std::nullopt);
}

TEST_F(delivery_fixture, acknowledges_only_what_was_sent_before_the_barrier) {
  send(2);
  send(3);
  EXPECT_EQ(barriers_, 1);  // one at a time
  echo(1);
  EXPECT_EQ(acknowledged_, counts{2});
  send(0);
  EXPECT_EQ(barriers_, 2);
  echo(2);
  EXPECT_EQ(acknowledged_, (counts{2, 3}));
}

TEST_F(delivery_fixture, takes_a_ping_that_was_not_due_for_a_barrier_all_the_same) {
  send(2);
  send(3);
  out_.barrier_sent("last", now_);
  out_.echoed("last");
  EXPECT_EQ(acknowledged_, counts{5});
  echo(1);
  EXPECT_EQ(acknowledged_, counts{5});
}

TEST_F(delivery_fixture, ignores_echoes_of_other_pings) {
  send(1);
  out_.echoed("another");
  EXPECT_EQ(acknowledged_, counts{});
  EXPECT_EQ(out_.echoes(), delivery::echo::seen);
  echo(1);
  echo(1);
  EXPECT_EQ(acknowledged_, counts{1});
}

TEST_F(delivery_fixture, sends_no_more_than_the_window_until_an_echo) {
  EXPECT_EQ(send(25), 10);
  EXPECT_EQ(out_.in_flight_bytes(), 1'000U);
  EXPECT_EQ(send(15), 0);
  echo(1);
  EXPECT_EQ(send(15), 10);
  echo(2);
  EXPECT_EQ(send(5), 5);
}

TEST_F(delivery_fixture, lets_one_pulse_exceed_the_window) {
  EXPECT_EQ(send(2, 1'000'000), 1);
  echo(1);
  EXPECT_EQ(send(9), 9);
  EXPECT_EQ(send(2, 1'000'000), 1);
}

TEST_F(delivery_fixture, lets_one_pulse_go_though_there_is_no_window) {
  delivery none({.window_bytes = 0}, [](std::size_t) {});
  EXPECT_TRUE(none.has_room());
  none.sent(1, 100);
  EXPECT_FALSE(none.has_room());
}

TEST_F(delivery_fixture, knows_nothing_of_the_last_connection) {
  send(3);
  echo(1);
  send(2);
  reconnect();
  EXPECT_EQ(out_.in_flight(), 0U);
  EXPECT_EQ(out_.in_flight_bytes(), 0U);
  EXPECT_EQ(out_.echoes(), delivery::echo::unknown);
  send(2);
  echo(2);  // of the last connection: it says nothing of this one
  EXPECT_EQ(acknowledged_, counts{3});
  echo(3);
  EXPECT_EQ(acknowledged_, (counts{3, 2}));
  EXPECT_EQ(out_.acknowledged(), 5U);
}

TEST_F(delivery_fixture, counts_what_the_socket_took_where_no_echo_is_to_be_expected) {
  out_.expect_no_echo();
  send(3);
  EXPECT_EQ(barriers_, 0);
  out_.written(2);
  EXPECT_EQ(acknowledged_, counts{2});
  out_.written(2);
  EXPECT_EQ(acknowledged_, counts{2});
  out_.written(3);
  EXPECT_EQ(acknowledged_, (counts{2, 1}));
}

TEST_F(delivery_fixture, concludes_from_a_pong_without_an_echo_that_none_will_come) {
  send(2);
  out_.written(3);
  EXPECT_EQ(acknowledged_, counts{});
  out_.ponged(now_ + milliseconds(20));
  ASSERT_EQ(out_.next_deadline(), now_ + milliseconds(3'020));
  EXPECT_FALSE(out_.tick(now_ + milliseconds(3'019)));
  EXPECT_TRUE(out_.tick(now_ + milliseconds(3'020)));
  EXPECT_EQ(out_.echoes(), delivery::echo::missing);
  EXPECT_EQ(acknowledged_, counts{2});
  EXPECT_EQ(out_.next_deadline(), std::nullopt);
  EXPECT_FALSE(out_.tick(now_ + seconds(60)));
}

// It hangs, or the way is long: its pulses must not be thought delivered before it is given up.
TEST_F(delivery_fixture, concludes_nothing_from_the_silence_of_a_server_that_does_not_pong) {
  send(2);
  out_.written(3);
  EXPECT_FALSE(out_.tick(now_ + seconds(60)));
  EXPECT_EQ(acknowledged_, counts{});
}

TEST_F(delivery_fixture, gives_up_waiting_for_either_in_the_end) {
  send(2);
  out_.written(3);
  ASSERT_TRUE(out_.next_deadline());
  EXPECT_TRUE(out_.tick(*out_.next_deadline()));
  EXPECT_EQ(acknowledged_, counts{2});
}

TEST_F(delivery_fixture, waits_for_ever_once_it_has_seen_an_echo) {
  send(1);
  echo(1);
  send(1);
  out_.ponged(now_);
  out_.written(4);
  EXPECT_EQ(out_.next_deadline(), std::nullopt);
  EXPECT_FALSE(out_.tick(now_ + seconds(3'600)));
  EXPECT_EQ(acknowledged_, counts{1});
}

TEST_F(delivery_fixture, believes_an_echo_that_comes_after_all) {
  send(1);
  out_.ponged(now_);
  EXPECT_TRUE(out_.tick(now_ + seconds(3)));
  echo(1);
  EXPECT_EQ(out_.echoes(), delivery::echo::seen);
  EXPECT_EQ(acknowledged_, counts{});  // it was no barrier any more
  send(1);
  EXPECT_EQ(barriers_, 2);
  echo(2);
  EXPECT_EQ(acknowledged_, counts{2});
}

TEST_F(delivery_fixture, learns_about_echoes_anew_on_each_connection) {
  out_.expect_no_echo();
  reconnect();
  EXPECT_EQ(out_.echoes(), delivery::echo::unknown);
  out_.ponged(now_);
  reconnect();
  send(1);
  EXPECT_GT(*out_.next_deadline(), now_ + seconds(60));  // the pong was another connection's
}

TEST_F(delivery_fixture, is_not_talked_out_of_an_echo_that_it_saw) {
  out_.echoed("any");
  out_.expect_no_echo();
  EXPECT_EQ(out_.echoes(), delivery::echo::seen);
}

}  // namespace
}  // namespace gantry::myko
