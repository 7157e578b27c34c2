#include "executor/fleet/keepalive.hpp"

#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;

// Looks when it is asked to, at an engine that says something or nothing.
class keepalive_rule : public testing::Test {
 protected:
  using verdict = keepalive::verdict;

  keepalive_rule() { alive_.start(now_); }

  verdict look_after(std::chrono::milliseconds time) {
    now_ += time;
    return alive_.look(now_, last_byte_);
  }
  verdict look() { return look_after(alive_.pause()); }
  void say() { last_byte_ = now_; }
  // The time from now on until it is away, if that comes within so many looks.
  std::chrono::milliseconds time_until_away(int looks_max = 100) {
    const auto began = now_;
    for (int each = 0; each < looks_max; ++each) {
      if (look() == verdict::away)
        return std::chrono::duration_cast<std::chrono::milliseconds>(now_ - began);
    }
    return std::chrono::hours(1);
  }

  keepalive::time_point now_{1000h};
  std::optional<keepalive::time_point> last_byte_;
  keepalive alive_{{}};
};

TEST_F(keepalive_rule, asks_for_a_sign_of_life_after_two_seconds_without_a_byte) {
  say();
  EXPECT_EQ(look_after(1'999ms), verdict::nothing);
  EXPECT_EQ(look(), verdict::ping);
  EXPECT_EQ(look(), verdict::nothing);  // one at a time
}

TEST_F(keepalive_rule, takes_for_away_what_says_nothing_for_five_seconds) {
  say();
  EXPECT_EQ(time_until_away(), 5'000ms);
}

TEST_F(keepalive_rule, asks_nothing_as_long_as_it_speaks) {
  for (int each = 0; each < 100; ++each) {
    say();
    EXPECT_EQ(look_after(1'000ms), verdict::nothing);
  }
}

TEST_F(keepalive_rule, asks_once_in_two_seconds_at_most) {
  int pings = 0;
  const auto began = now_;
  while (now_ - began < 100s) {
    if (look() != verdict::ping) continue;
    ++pings;
    say();
    alive_.pinged(true);
  }
  EXPECT_LE(pings, 50);
  EXPECT_GE(pings, 40);
}

TEST_F(keepalive_rule, does_not_take_a_slow_engine_for_away) {
  say();
  int pings = 0;
  for (int each = 0; each < 100; ++each) {
    const verdict what = look();
    EXPECT_NE(what, verdict::away);
    if (what == verdict::ping) ++pings;
    if (each % 6 == 5) say();  // somewhere; the ping itself is never answered
  }
  EXPECT_EQ(pings, 1);
}

// Bytes may wait in the sockets, and the ping was not out for the time.
TEST_F(keepalive_rule, does_not_take_its_own_sleep_for_the_engines) {
  say();
  EXPECT_NE(look_after(1h), verdict::away);
  EXPECT_NE(look_after(6s), verdict::away);
  EXPECT_NE(look_after(6s), verdict::away);
  say();
  alive_.pinged(true);
  EXPECT_EQ(look(), verdict::nothing);
  EXPECT_EQ(look_after(alive_.pause() + 1h), verdict::ping);
  EXPECT_GE(time_until_away(), 2'000ms);
}

TEST_F(keepalive_rule, knows_a_byte_that_came_while_it_slept) {
  say();
  now_ += 30s;
  say();
  now_ += 10s;
  EXPECT_NE(look_after(0ms), verdict::away);
  EXPECT_GE(time_until_away(), 2'500ms);
}

TEST_F(keepalive_rule, is_not_away_for_a_ping_that_could_not_be_sent) {
  say();
  for (int each = 0; each < 100; ++each) {
    const verdict what = look();
    EXPECT_NE(what, verdict::away);
    if (what == verdict::ping) alive_.pinged(false);
  }
  EXPECT_LE(time_until_away(), 4'000ms);
}

TEST_F(keepalive_rule, counts_pings_that_fail_at_once) {
  say();
  const auto began = now_;
  verdict what = verdict::nothing;
  while (what != verdict::away && now_ - began < 1h) {
    what = look();
    if (what == verdict::ping) alive_.pinged(true);
  }
  EXPECT_EQ(now_ - began, 5'000ms);
}

TEST_F(keepalive_rule, begins_anew_with_an_engine_that_is_back) {
  EXPECT_EQ(time_until_away(), 5'000ms);
  alive_.start(now_);
  EXPECT_EQ(look(), verdict::ping);
  EXPECT_GE(time_until_away(), 2'500ms);
}

}  // namespace
}  // namespace gantry::fleet
