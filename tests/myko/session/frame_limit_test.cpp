#include "myko/session/frame_limit.hpp"

#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

using learning = frame_limit::lesson::verdict;

constexpr std::size_t kib = 1'024;
constexpr std::size_t mib = 1'024 * kib;

class limit_of_frames : public testing::Test {
 protected:
  limit_of_frames() { limit_.connected("a"); }

  void send(std::size_t bytes, const std::string& what = "Pulse p", std::uint64_t number = 1) {
    limit_.sent(++frame_, bytes, what, number);
  }
  // All that was sent so far was read.
  void read() {
    limit_.pinged("ping", ++frame_);
    limit_.echoed("ping");
  }
  // The connection ends, and the next one begins.
  frame_limit::lesson end(bool too_large) {
    const auto out = limit_.ended(too_large);
    limit_.connected("a");
    return out;
  }

  frame_limit limit_{{.bytes_max = 15 * mib}};
  std::uint64_t frame_ = 0;
};

TEST_F(limit_of_frames, is_what_is_configured_at_first) {
  EXPECT_EQ(limit_.bytes_max(), 15 * mib);
  EXPECT_FALSE(limit_.is_learned());
}

TEST_F(limit_of_frames, is_below_the_largest_on_its_way_when_the_server_says_1009) {
  send(5'000, "small");
  send(2 * mib, "large");
  send(6'000, "small");
  const auto lesson = end(true);
  EXPECT_EQ(lesson.is, learning::learned);
  EXPECT_EQ(lesson.what, "large");
  EXPECT_EQ(lesson.bytes, 2 * mib);
  EXPECT_EQ(limit_.bytes_max(), 2 * mib - 1);
  EXPECT_TRUE(limit_.is_learned());
}

TEST_F(limit_of_frames, blames_nothing_that_was_read) {
  send(3 * mib, "read");
  read();
  send(2 * mib, "on its way");
  EXPECT_EQ(end(true).what, "on its way");
}

TEST_F(limit_of_frames, an_echo_of_an_unknown_ping_says_nothing) {
  send(3 * mib, "first");
  limit_.echoed("another's");
  EXPECT_EQ(end(true).what, "first");
}

TEST_F(limit_of_frames, an_echo_says_nothing_of_what_follows_its_ping) {
  limit_.pinged("early", ++frame_);
  send(3 * mib, "first");
  limit_.echoed("early");
  EXPECT_EQ(end(true).what, "first");
}

// Whatever the server's limit is: each of these frames is as large as the session may send.
TEST_F(limit_of_frames, is_learned_in_three_connections_where_the_server_takes_64_kib) {
  for (const std::size_t servers : {64 * kib, 100 * kib, mib, 4 * mib, 15 * mib - 2}) {
    frame_limit learner({.bytes_max = 15 * mib});
    int connections = 0;
    for (; connections < 10; ++connections) {
      learner.connected("a");
      learner.sent(1, learner.bytes_max(), "Pulse p", 1);
      if (learner.bytes_max() <= servers) break;
      EXPECT_EQ(learner.ended(true).is, learning::learned);
    }
    EXPECT_LE(connections, 3) << servers;
    EXPECT_GE(learner.bytes_max(), 64 * kib);
  }
}

TEST_F(limit_of_frames, falls_to_what_the_server_was_seen_to_take) {
  send(3 * mib);
  read();
  send(14 * mib);
  (void)end(true);
  send(13 * mib);
  (void)end(true);
  EXPECT_EQ(limit_.bytes_max(), 3 * mib);
  send(2 * mib);  // it was started anew, and takes less
  (void)end(true);
  EXPECT_EQ(limit_.bytes_max(), 64 * kib);
}

TEST_F(limit_of_frames, does_not_fall_below_its_floor) {
  for (int times = 0; times < 100; ++times) {
    send(limit_.bytes_max());
    (void)end(true);
  }
  EXPECT_EQ(limit_.bytes_max(), frame_limit::floor);
  send(frame_limit::floor);
  EXPECT_EQ(end(true).is, learning::puzzled);
  EXPECT_EQ(limit_.bytes_max(), frame_limit::floor);
}

TEST_F(limit_of_frames, learns_nothing_of_1009_where_all_was_small) {
  send(100);
  EXPECT_EQ(end(true).is, learning::puzzled);
  EXPECT_EQ(end(true).is, learning::puzzled);
  EXPECT_FALSE(limit_.is_learned());
}

TEST_F(limit_of_frames, suspects_the_same_large_frame_at_five_ends_in_a_row) {
  for (int times = 1; times < frame_limit::suspected_times; ++times) {
    send(2 * mib);
    EXPECT_EQ(end(false).is, learning::none) << times;
  }
  send(2 * mib);
  const auto lesson = end(false);
  EXPECT_EQ(lesson.is, learning::learned);
  EXPECT_EQ(limit_.bytes_max(), 2 * mib - 1);
  EXPECT_EQ(end(false).is, learning::none) << "and begins anew";
}

// A core may close with a code that says nothing, or with one that nobody can read.
TEST_F(limit_of_frames, suspects_a_smaller_one_when_that_goes_on) {
  for (int times = 1; times < frame_limit::small_suspected_times; ++times) {
    send(100 * kib);
    EXPECT_EQ(end(false).is, learning::none) << times;
  }
  send(100 * kib);
  EXPECT_EQ(end(false).is, learning::learned);
  EXPECT_EQ(limit_.bytes_max(), 100 * kib - 1);
}

TEST_F(limit_of_frames, suspects_nothing_small_nothing_else_and_nothing_that_was_read) {
  for (std::uint64_t times = 0; times < 20; ++times) {
    send(frame_limit::small_suspect_bytes);
    EXPECT_EQ(end(false).is, learning::none) << "it is not large";
  }
  for (std::uint64_t times = 0; times < 20; ++times) {
    send(2 * mib, "Pulse p", times);
    EXPECT_EQ(end(false).is, learning::none) << "it is another each time";
  }
  for (std::uint64_t times = 0; times < 20; ++times) {
    send(2 * mib);
    if (times % 4 == 3) read();
    EXPECT_EQ(end(false).is, learning::none) << "it arrives now and then";
  }
}

TEST_F(limit_of_frames, is_of_one_server) {
  send(2 * mib);
  (void)end(true);
  limit_.connected("b");
  EXPECT_EQ(limit_.bytes_max(), 15 * mib);
  limit_.connected("a");
  EXPECT_EQ(limit_.bytes_max(), 2 * mib - 1);
}

}  // namespace
}  // namespace gantry::myko
