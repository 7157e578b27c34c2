#include "executor/engine/log_tail.hpp"

#include <gtest/gtest.h>

#include "log_bytes.hpp"

namespace gantry::engine {
namespace {

log_frame frame(timestamp time, std::string_view text) { return {stream_kind::tty, time, text}; }

std::string stamp(timestamp time) { return format_rfc3339(time) + " "; }

TEST(log_tail, is_taken_off_what_follows_it) {
  const log_tail tail = make_tail(frame(noon, "prompt$ "));
  const std::string text = "prompt$ " + stamp(noon + 5) + "hello\r\n";
  const auto rest = behind_tail(tail, frame(noon, text));
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->time, noon + 5);
  EXPECT_EQ(rest->text, "hello\r\n");
}

TEST(log_tail, takes_the_stamps_of_a_long_line_behind_it_away) {
  const log_tail tail = make_tail(frame(noon, "$ "));
  const std::string own = stamp(noon + 5);
  const std::string text = "$ " + own + "one " + own + "two " + stamp(noon) + own + "three\r\n";
  const auto rest = behind_tail(tail, frame(noon, text));
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->text, "one two " + stamp(noon) + "three\r\n");
}

TEST(log_tail, knows_the_same_line_going_on) {
  const log_tail tail = make_tail(frame(noon, "half"));
  EXPECT_EQ(behind_tail(tail, frame(noon, "half"))->text, "");
  EXPECT_EQ(behind_tail(tail, frame(noon, "half\r\n"))->text, "");
  EXPECT_EQ(behind_tail(tail, frame(noon, "half\n"))->text, "");
  EXPECT_EQ(behind_tail(tail, frame(noon, "half an hour\r\n"))->text, " an hour\r\n");
}

TEST(log_tail, knows_what_is_not_its_own) {
  const log_tail tail = make_tail(frame(noon, "half"));
  EXPECT_FALSE(behind_tail(tail, frame(noon + 1, "half\n")));
  EXPECT_FALSE(behind_tail(tail, frame(noon, "hal")));
  EXPECT_FALSE(behind_tail(tail, frame(noon, "halt\n")));
}

}  // namespace
}  // namespace gantry::engine
