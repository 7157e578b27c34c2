#include "myko/session/delivery.hpp"

#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A delivery on a connection that numbers its frames and its barriers.
class delivery_fixture : public testing::Test {
 protected:
  delivery_fixture() { out_.connected(); }

  void append(int count) {
    for (; count > 0; --count) {
      out_.append({.emitter = model::emitter_id("e"), .data = {"{}"}, .sequence = ++appended_});
    }
  }

  // Sends what the window takes, then a barrier if one is due. The sequences that were sent.
  std::vector<std::uint64_t> pump() {
    std::vector<std::uint64_t> sent;
    while (const model::pulse* next = out_.next()) {
      sent.push_back(next->sequence);
      out_.sent(++frame_);
    }
    if (out_.wants_barrier()) {
      ++frame_;
      out_.barrier_sent(barrier_name(++barriers_), now_);
    }
    return sent;
  }
  void echo(int barrier) { out_.echoed(barrier_name(barrier)); }

  static std::string barrier_name(int number) { return "b" + std::to_string(number); }

  // As many pulses as `count` fit into the window.
  static delivery_config window_of(std::size_t count) {
    pulse_queue one(1);
    one.append({.emitter = model::emitter_id("e"), .data = {"{}"}});
    return {.window_bytes = count * one.bytes()};
  }
  void configure(delivery_config config) {
    out_ = delivery(config);
    out_.connected();
  }

  using sent = std::vector<std::uint64_t>;

  delivery out_{delivery_config{}};
  std::uint64_t appended_ = 0;
  std::uint64_t frame_ = 0;
  int barriers_ = 0;
  delivery::time_point now_{seconds(1'000)};
};

TEST_F(delivery_fixture, puts_a_barrier_behind_pulses_and_acknowledges_by_its_echo) {
  append(2);
  EXPECT_EQ(pump(), (sent{1, 2}));
  EXPECT_EQ(barriers_, 1);
  EXPECT_EQ(out_.acknowledged(), 0U);
  echo(1);
  EXPECT_EQ(out_.acknowledged(), 2U);
  EXPECT_EQ(out_.queue().size(), 0U);
}

TEST_F(delivery_fixture, wants_no_barrier_without_pulses) {
  pump();
  EXPECT_EQ(barriers_, 0);
  EXPECT_EQ(out_.next_deadline(), std::nullopt);
}

TEST_F(delivery_fixture, acknowledges_only_what_was_sent_before_the_barrier) {
  append(2);
  pump();
  append(3);
  pump();
  EXPECT_EQ(barriers_, 1);  // one at a time
  echo(1);
  EXPECT_EQ(out_.acknowledged(), 2U);
  pump();
  EXPECT_EQ(barriers_, 2);
  echo(2);
  EXPECT_EQ(out_.acknowledged(), 5U);
}

TEST_F(delivery_fixture, ignores_echoes_of_other_pings) {
  append(1);
  pump();
  out_.echoed("another");
  EXPECT_EQ(out_.acknowledged(), 0U);
  EXPECT_EQ(out_.echoes(), delivery::echo::seen);
  echo(1);
  echo(1);
  EXPECT_EQ(out_.acknowledged(), 1U);
}

TEST_F(delivery_fixture, sends_no_more_than_the_window_until_an_echo) {
  configure(window_of(3));
  append(7);
  EXPECT_EQ(pump(), (sent{1, 2, 3}));
  EXPECT_EQ(pump(), (sent{}));
  echo(1);
  EXPECT_EQ(pump(), (sent{4, 5, 6}));
  echo(2);
  EXPECT_EQ(pump(), (sent{7}));
}

TEST_F(delivery_fixture, sends_again_on_the_next_connection_what_was_not_acknowledged) {
  append(3);
  pump();
  echo(1);
  append(2);
  pump();
  out_.connected();
  frame_ = 0;
  EXPECT_EQ(pump(), (sent{4, 5}));
  echo(2);  // of the last connection: it says nothing of this one
  EXPECT_EQ(out_.acknowledged(), 3U);
  echo(3);
  EXPECT_EQ(out_.acknowledged(), 5U);
}

TEST_F(delivery_fixture, counts_what_the_socket_took_where_no_echo_is_to_be_expected) {
  out_.expect_no_echo();
  append(3);
  pump();
  EXPECT_EQ(barriers_, 0);
  out_.written(2);
  EXPECT_EQ(out_.acknowledged(), 2U);
  out_.written(3);
  EXPECT_EQ(out_.acknowledged(), 3U);
}

TEST_F(delivery_fixture, concludes_from_a_pong_without_an_echo_that_none_will_come) {
  append(2);
  pump();
  out_.written(3);
  EXPECT_EQ(out_.acknowledged(), 0U);
  out_.ponged(now_ + milliseconds(20));
  ASSERT_EQ(out_.next_deadline(), now_ + milliseconds(3'020));
  EXPECT_FALSE(out_.tick(now_ + milliseconds(3'019)));
  EXPECT_TRUE(out_.tick(now_ + milliseconds(3'020)));
  EXPECT_EQ(out_.echoes(), delivery::echo::missing);
  EXPECT_EQ(out_.acknowledged(), 2U);
  EXPECT_EQ(out_.next_deadline(), std::nullopt);
  EXPECT_FALSE(out_.tick(now_ + seconds(60)));
}

// It hangs, or the way is long: its pulses must not be thought delivered.
TEST_F(delivery_fixture, concludes_nothing_from_the_silence_of_a_server_that_does_not_pong) {
  append(2);
  pump();
  out_.written(3);
  EXPECT_FALSE(out_.tick(now_ + seconds(15)));
  EXPECT_EQ(out_.acknowledged(), 0U);
}

TEST_F(delivery_fixture, gives_up_waiting_for_either_in_the_end) {
  append(2);
  pump();
  out_.written(3);
  ASSERT_TRUE(out_.next_deadline());
  EXPECT_TRUE(out_.tick(*out_.next_deadline()));
  EXPECT_EQ(out_.acknowledged(), 2U);
}

TEST_F(delivery_fixture, waits_for_ever_once_it_has_seen_an_echo) {
  append(1);
  pump();
  echo(1);
  append(1);
  pump();
  out_.ponged(now_);
  out_.written(4);
  EXPECT_EQ(out_.next_deadline(), std::nullopt);
  EXPECT_FALSE(out_.tick(now_ + seconds(3'600)));
  EXPECT_EQ(out_.acknowledged(), 1U);
}

TEST_F(delivery_fixture, believes_an_echo_that_comes_after_all) {
  append(1);
  pump();
  out_.ponged(now_);
  EXPECT_TRUE(out_.tick(now_ + seconds(3)));
  echo(1);
  EXPECT_EQ(out_.echoes(), delivery::echo::seen);
  append(1);
  pump();
  EXPECT_EQ(barriers_, 2);
  echo(2);
  EXPECT_EQ(out_.acknowledged(), 2U);
}

TEST_F(delivery_fixture, learns_about_echoes_anew_on_each_connection) {
  out_.expect_no_echo();
  out_.connected();
  EXPECT_EQ(out_.echoes(), delivery::echo::unknown);
  out_.ponged(now_);
  out_.connected();
  append(1);
  pump();
  EXPECT_GT(*out_.next_deadline(), now_ + seconds(15));  // the pong was another connection's
}

TEST_F(delivery_fixture, is_not_talked_out_of_an_echo_that_it_saw) {
  out_.echoed("any");
  out_.expect_no_echo();
  EXPECT_EQ(out_.echoes(), delivery::echo::seen);
}

}  // namespace
}  // namespace gantry::myko
