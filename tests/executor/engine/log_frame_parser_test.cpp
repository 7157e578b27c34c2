#include "executor/engine/log_frame_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"
#include "log_bytes.hpp"
#include "tests/support/seed.hpp"

namespace gantry::engine {
namespace {

// Frames as text: "stdout+0 hello\n", with the time since noon.
void drain(log_frame_parser& parser, std::vector<std::string>& out) {
  while (true) {
    const auto frame = parser.next();
    ASSERT_TRUE(frame) << frame.error().message;
    if (!*frame) return;
    out.push_back(std::string(to_string((*frame)->stream)) + "+" +
                  std::to_string((*frame)->time - noon) + " " + std::string((*frame)->text));
  }
}

const std::string two_frames = on_wire(
    {{stream_kind::stdout_stream, noon, "hello\n"}, {stream_kind::stderr_stream, noon + 5, ""}});

TEST(log_frame_parser, finds_frames_wherever_they_are_cut) {
  for (std::size_t first = 0; first <= two_frames.size(); ++first) {
    for (std::size_t second = first; second <= two_frames.size(); ++second) {
      log_frame_parser parser;
      std::vector<std::string> out;
      for (const auto& piece :
           {two_frames.substr(0, first), two_frames.substr(first, second - first),
            two_frames.substr(second)}) {
        parser.feed(piece);
        drain(parser, out);
      }
      ASSERT_THAT(out, testing::ElementsAre("stdout+0 hello\n", "stderr+5 "));
    }
  }
}

TEST(log_frame_parser, takes_stdin_for_stdout) {
  log_frame_parser parser;
  parser.feed(mux_frame(0, stamped({{}, noon, "typed\n"})));
  std::vector<std::string> out;
  drain(parser, out);
  EXPECT_THAT(out, testing::ElementsAre("stdout+0 typed\n"));
}

TEST(log_frame_parser, reads_local_stamps) {
  log_frame_parser parser;
  parser.feed(mux_frame(1, "2024-05-01T14:00:00.000000001+02:00 podman\n"));
  std::vector<std::string> out;
  drain(parser, out);
  EXPECT_THAT(out, testing::ElementsAre("stdout+1 podman\n"));
}

TEST(log_frame_parser, keeps_what_has_no_stamp_where_none_has_one) {
  log_frame_parser parser;
  parser.feed(mux_frame(1, "no stamp\n") + mux_frame(1, "") + mux_frame(1, "2024-05-01\n"));
  std::vector<std::string> out;
  drain(parser, out);
  EXPECT_THAT(out, testing::SizeIs(3));
  EXPECT_EQ(parser.unstamped(), 3u);
  EXPECT_EQ(parser.skipped(), 0u);
}

// It has no place in the log from which to go on: were it given, all behind it would come again.
TEST(log_frame_parser, reads_past_what_has_no_stamp_among_what_has) {
  log_frame_parser parser;
  parser.feed(on_wire(stored_message{stream_kind::stdout_stream, noon + 9, "a\n"}) +
              mux_frame(1, "no stamp\n") + mux_frame(1, "") +
              mux_frame(1, "9999-99-99T99:99:99.999999999Z odd\n") +
              on_wire(stored_message{stream_kind::stderr_stream, noon + 10, "b\n"}));
  std::vector<std::string> out;
  drain(parser, out);
  EXPECT_THAT(out, testing::ElementsAre("stdout+9 a\n", "stderr+10 b\n"));
  EXPECT_EQ(parser.unstamped(), 3u);
  EXPECT_EQ(parser.skipped(), 3u);
}

TEST(log_frame_parser, passes_the_engines_error_on) {
  log_frame_parser parser;
  parser.feed(on_wire(stored_message{}) + mux_frame(3, "Error grabbing logs: EOF\n"));
  ASSERT_TRUE(parser.next());
  for (int repeated = 0; repeated < 2; ++repeated) {
    const auto out = parser.next();
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, errc::engine_error);
    EXPECT_EQ(out.error().message,
              "the engine cannot go on with the log: Error grabbing logs: EOF");
  }
}

std::string header_of(unsigned char type, std::uint32_t length) {
  std::string out = {static_cast<char>(type), 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(length >> shift);
  return out;
}

std::vector<std::string> frames_of(const std::string& bytes, std::size_t piece,
                                   std::uint64_t& skipped) {
  log_frame_parser parser;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    parser.feed(std::string_view(bytes).substr(at, piece));
    drain(parser, out);
  }
  skipped = parser.skipped();
  return out;
}

const std::string good_frame = on_wire(stored_message{stream_kind::stdout_stream, noon, "a\n"});
const std::string good_end = on_wire(stored_message{stream_kind::stderr_stream, noon + 1, "\n"});

TEST(log_frame_parser, reads_past_frames_that_are_foreign) {
  const std::string payload = "2024-05-01T12:00:00Z " + std::string(500, 'x');
  const std::string inner = "x" + good_frame + "y";  // a program may print what looks like one
  for (const std::string& foreign : {mux_frame(4, payload), mux_frame(255, inner), mux_frame(9, ""),
                                     header_of(1, 5'000'000) + std::string(5'000'000, '\1')}) {
    for (const std::size_t piece : {1, 7, 64'000}) {
      if (piece == 1 && foreign.size() > 1'000'000) continue;
      std::uint64_t skipped = 0;
      EXPECT_THAT(frames_of(good_frame + foreign + good_end, piece, skipped),
                  testing::ElementsAre("stdout+0 a\n", "stderr+1 \n"));
      EXPECT_EQ(skipped, 1u);
    }
  }
}

TEST(log_frame_parser, finds_the_next_frame_behind_what_is_none) {
  for (const std::string& garbage :
       {std::string("2024-05-01T12:00:00Z raw\r\n"), std::string("\1\0\1\0\0\0\0\0", 8),
        std::string("HTTP/1.1 200 OK\r\n\r\n"), header_of(200, 0xFFFF'FFFF),
        header_of(1, 0xFFFF'FFFF), std::string(100, '\xFF'),
        "\1" + mux_frame(1, "no stamp here") + "\1",
        std::string("\1\1") + good_frame.substr(0, 30)}) {
    for (std::size_t piece = 1; piece < 60; ++piece) {
      std::uint64_t skipped = 0;
      ASSERT_THAT(frames_of(good_frame + garbage + good_end, piece, skipped),
                  testing::ElementsAre("stdout+0 a\n", "stderr+1 \n"))
          << piece << " " << garbage;
      ASSERT_EQ(skipped, 1u);
    }
  }
}

TEST(log_frame_parser, keeps_nothing_of_what_it_reads_past) {
  log_frame_parser parser;
  std::vector<std::string> out;
  parser.feed(good_frame + header_of(2, 60'000'000));
  drain(parser, out);
  for (int count = 0; count < 200; ++count) {
    parser.feed(good_frame);
    drain(parser, out);
  }
  EXPECT_EQ(out.size(), 1u);
  parser.reset();
  parser.feed(good_end);
  drain(parser, out);
  EXPECT_EQ(out.size(), 2u);
}

// Stamps of any year are stamps: a line is one, whenever it says that it was printed.
TEST(log_frame_parser, bounds_times) {
  for (const auto& [year, time] :
       {std::pair("0001", time_min), {"1823", time_min}, {"9999", time_max}, {"2116", time_max}}) {
    log_frame_parser parser;
    parser.feed(mux_frame(1, std::string(year) + "-12-31T23:59:60.999999999Z a\n"));
    const auto frame = parser.next();
    ASSERT_TRUE(frame && *frame);
    EXPECT_EQ((*frame)->time, time) << year;
    EXPECT_EQ((*frame)->text, "a\n");
    EXPECT_EQ(parser.unstamped(), 0u);
  }
}

// Good frames among foreign ones and bytes that are none, cut anywhere.
TEST(log_frame_parser, gives_each_good_frame_once_and_in_order) {
  for (const auto seed : test::seeds(300)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    std::string bytes;
    std::vector<std::string> good;
    for (std::size_t count = random.upto(50); count > 0; --count) {
      const auto time = noon + static_cast<timestamp>(good.size());
      const std::string text = "line " + std::to_string(good.size()) + "\n";
      switch (random.upto(3)) {
        case 0:
          bytes += mux_frame(static_cast<int>(4 + random.upto(100)),
                             std::string(random.upto(99), static_cast<char>(random.upto(255))));
          break;
        case 1:
          bytes += std::string(1 + random.upto(99), static_cast<char>(1 + random.upto(254)));
          break;
        default:
          bytes += on_wire(stored_message{stream_kind::stdout_stream, time, text});
          good.push_back("stdout+" + std::to_string(good.size()) + " " + text);
      }
    }
    std::uint64_t skipped = 0;
    EXPECT_EQ(frames_of(bytes, 1 + random.upto(200), skipped), good);
  }
}

TEST(log_frame_parser, begins_anew) {
  log_frame_parser parser;
  parser.feed(two_frames.substr(0, 20));
  EXPECT_FALSE(parser.next().value());
  parser.reset();
  parser.feed(two_frames);
  std::vector<std::string> out;
  drain(parser, out);
  EXPECT_EQ(out.size(), 2u);
}

}  // namespace
}  // namespace gantry::engine
