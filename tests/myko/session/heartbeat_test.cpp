#include "myko/session/heartbeat.hpp"

#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

using std::chrono::seconds;
using advice = heartbeat::advice;

class heartbeat_fixture : public testing::Test {
 protected:
  heartbeat_fixture() { heart_.connected(now_); }

  // Ticks whenever it is due. How long until the connection was given up, if within the limit.
  std::optional<seconds> given_up_within(seconds limit) {
    const auto begin = now_;
    for (int ticks = 0; ticks < 10'000; ++ticks) {
      const auto next = std::max(now_, heart_.next_deadline());
      if (next > begin + limit) break;
      now_ = next;
      if (heart_.tick(now_) == advice::give_up) {
        return std::chrono::duration_cast<seconds>(now_ - begin);
      }
    }
    now_ = begin + limit;
    return std::nullopt;
  }
  void reconnect_to_one_that_speaks() {
    heart_.connected(now_);
    heart_.heard(now_);
  }

  heartbeat heart_{heartbeat_config{}};
  heartbeat::time_point now_{seconds(1'000)};
};

TEST_F(heartbeat_fixture, asks_after_silence_and_again) {
  EXPECT_EQ(heart_.tick(now_ + seconds(4)), advice::none);
  EXPECT_EQ(heart_.next_deadline(), now_ + seconds(5));
  EXPECT_EQ(heart_.tick(now_ + seconds(5)), advice::ask);
  EXPECT_EQ(heart_.tick(now_ + seconds(5)), advice::none);
  EXPECT_EQ(heart_.tick(now_ + seconds(10)), advice::ask);
}

TEST_F(heartbeat_fixture, need_not_ask_when_a_ping_went_out_anyway) {
  heart_.pinged(now_ + seconds(3));
  EXPECT_EQ(heart_.tick(now_ + seconds(7)), advice::none);
  EXPECT_EQ(heart_.tick(now_ + seconds(8)), advice::ask);
}

TEST_F(heartbeat_fixture, gives_up_a_server_that_never_said_a_word) {
  EXPECT_EQ(given_up_within(seconds(100)), seconds(15));
}

TEST_F(heartbeat_fixture, gives_up_a_server_that_answered_once) {
  heart_.heard(now_);
  heart_.answered();
  EXPECT_EQ(given_up_within(seconds(100)), seconds(15));
}

TEST_F(heartbeat_fixture, has_more_patience_with_one_that_spoke_and_answers_no_pings) {
  heart_.heard(now_);
  EXPECT_EQ(given_up_within(seconds(3'600)), seconds(60));
}

TEST_F(heartbeat_fixture, counts_the_patience_from_the_last_word) {
  heart_.heard(now_);
  for (int times = 0; times < 10; ++times) {
    EXPECT_EQ(given_up_within(seconds(59)), std::nullopt);
    heart_.heard(now_);
  }
}

// Such a server need not be dead: it is not to be connected to anew each minute.
TEST_F(heartbeat_fixture, has_ever_more_patience_when_that_happens_again_and_again) {
  for (const int expected : {60, 120, 240, 480, 960, 1'920, 3'600, 3'600}) {
    reconnect_to_one_that_speaks();
    EXPECT_EQ(given_up_within(seconds(10'000)), seconds(expected));
  }
  reconnect_to_one_that_speaks();
  heart_.answered();
  EXPECT_EQ(given_up_within(seconds(10'000)), seconds(15));
  reconnect_to_one_that_speaks();
  EXPECT_EQ(given_up_within(seconds(10'000)), seconds(60));
}

TEST_F(heartbeat_fixture, has_no_more_patience_when_connections_end_otherwise) {
  for (int times = 0; times < 3; ++times) {
    reconnect_to_one_that_speaks();
    EXPECT_EQ(given_up_within(seconds(50)), std::nullopt);
  }
  reconnect_to_one_that_speaks();
  EXPECT_EQ(given_up_within(seconds(100)), seconds(60));
}

TEST_F(heartbeat_fixture, gives_nobody_up_who_was_not_asked) {
  heart_ = heartbeat({.ping_after = seconds(100), .mute_after = seconds(60)});
  heart_.connected(now_);
  heart_.heard(now_);
  EXPECT_EQ(heart_.next_deadline(), now_ + seconds(100));
  EXPECT_EQ(heart_.tick(now_ + seconds(99)), advice::none);
  EXPECT_EQ(heart_.tick(now_ + seconds(100)), advice::ask);
  EXPECT_EQ(heart_.tick(now_ + seconds(101)), advice::give_up);
}

TEST_F(heartbeat_fixture, tells_how_long_it_has_been_silent) {
  heart_.heard(now_ + seconds(2));
  EXPECT_EQ(heart_.silent_for(now_ + seconds(9)), seconds(7));
}

}  // namespace
}  // namespace gantry::myko
