#include "executor/engine/log_tty_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log_bytes.hpp"

namespace gantry::engine {
namespace {

using testing::ElementsAre;

std::string show(const log_frame& frame) {
  return std::to_string(frame.time - noon) + " " + std::string(frame.text);
}

std::vector<std::string> parse(const std::vector<std::string>& pieces) {
  log_tty_parser parser;
  std::vector<std::string> out;
  for (const std::string& piece : pieces) {
    parser.feed(piece);
    while (const auto frame = parser.next()) out.push_back(show(*frame));
  }
  if (const auto frame = parser.rest()) out.push_back("rest " + show(*frame));
  return out;
}

std::string of_tty(timestamp time, const std::string& text) {
  return stamped({stream_kind::tty, time, text});
}

TEST(log_tty_parser, finds_frames_wherever_they_are_cut) {
  // A line, an empty line, a line in two parts, and one that has not ended.
  const std::string text = of_tty(noon, "a b\r\n") + of_tty(noon + 1, "\r\n") +
                           of_tty(noon + 2, "one ") + of_tty(noon + 2, "two\r\n") +
                           of_tty(noon + 3, "prompt$ ");
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      ASSERT_THAT(
          parse({text.substr(0, first), text.substr(first, second - first), text.substr(second)}),
          ElementsAre("0 a b\r\n", "1 \r\n", "2 one ", "2 two\r\n", "rest 3 prompt$ "))
          << first << " " << second;
    }
  }
}

TEST(log_tty_parser, leaves_the_times_that_a_container_prints) {
  // Read before the line was stamped, long after, written without a fraction, with an offset.
  for (const std::string& other :
       {format_rfc3339(noon - 1) + " ", format_rfc3339(noon + 60'000'000'001) + " ",
        std::string("2024-05-01T12:00:01Z "),
        std::string("2024-05-01T14:00:01.123456789+02:00 ")}) {
    EXPECT_THAT(parse({of_tty(noon, "log says " + other + "x\r\n")}),
                ElementsAre("0 log says " + other + "x\r\n"));
  }
}

// Podman 5.8: each part that it reads of the terminal has another stamp.
TEST(log_tty_parser, finds_parts_that_were_stamped_later) {
  constexpr timestamp minute = 60'000'000'000;
  const std::string text = of_tty(noon, "one ") + of_tty(noon + 7, "two 20") +
                           of_tty(noon + 7, "") + of_tty(noon + 7 + minute, "three\r\n") +
                           of_tty(noon + minute, "b\r\n");
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ASSERT_THAT(
        parse({text.substr(0, cut), text.substr(cut)}),
        ElementsAre("0 one ", "7 two 20", "7 ", "60000000007 three\r\n", "60000000000 b\r\n"))
        << cut;
  }
}

TEST(log_tty_parser, finds_later_parts_in_a_zone_of_their_own_and_by_whole_seconds) {
  EXPECT_THAT(parse({"2024-05-01T14:00:00.000000001+02:00 a2024-05-01T14:00:00.000000003+02:00 b\n",
                     "2024-05-01T12:00:00Z c2024-05-01T12:00:00Z d2024-05-01T12:00:01Z e\n"}),
              ElementsAre("1 a", "3 b\n", "0 c", "0 d", "1000000000 e\n"));
}

TEST(log_tty_parser, keeps_what_has_no_stamp) {
  EXPECT_THAT(parse({of_tty(noon + 4, "a\n"), "Error grabbing logs: EOF\n", "\n"}),
              ElementsAre("4 a\n", "4 Error grabbing logs: EOF\n", "4 \n"));
  EXPECT_THAT(parse({std::string(50, 'x')}),
              ElementsAre("rest " + std::to_string(-noon) + " " + std::string(50, 'x')));
}

TEST(log_tty_parser, says_nothing_of_a_stamp_alone) {
  EXPECT_THAT(parse({of_tty(noon, "")}), ElementsAre());
  EXPECT_THAT(parse({of_tty(noon, "").substr(0, 30)}), ElementsAre());
  EXPECT_THAT(parse({of_tty(noon, "a\n"), "2024-05-"}), ElementsAre("0 a\n"));
  EXPECT_THAT(parse({}), ElementsAre());
}

TEST(log_tty_parser, cuts_what_never_ends_at_the_same_place_always) {
  const std::size_t max = log_tty_parser::part_bytes_max;
  const std::string text = of_tty(noon, std::string(max + 10, 'x') + "\n");
  const std::string cut = "0 " + std::string(max, 'x');
  const std::string rest = "0 " + std::string(10, 'x') + "\n";
  EXPECT_TRUE(parse({text}) == (std::vector{cut, rest}));
  for (const std::size_t at : {max - 1, max + 30, max + 31, max + 40, text.size() - 1}) {
    EXPECT_TRUE(parse({text.substr(0, at), text.substr(at)}) == (std::vector{cut, rest})) << at;
  }
}

TEST(log_tty_parser, begins_anew) {
  log_tty_parser parser;
  parser.feed(of_tty(noon, "half"));
  EXPECT_FALSE(parser.next());
  parser.reset();
  parser.feed(of_tty(noon, "half and half\n"));
  EXPECT_EQ(show(*parser.next()), "0 half and half\n");
  EXPECT_FALSE(parser.next());
}

}  // namespace
}  // namespace gantry::engine
