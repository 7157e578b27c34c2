#include "executor/engine/log_frame_parser.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"
#include "log_bytes.hpp"

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

TEST(log_frame_parser, keeps_what_has_no_stamp) {
  log_frame_parser parser;
  parser.feed(on_wire(stored_message{stream_kind::stdout_stream, noon + 9, "a\n"}) +
              mux_frame(1, "no stamp\n") + mux_frame(1, "") + mux_frame(1, "2024-05-01\n"));
  std::vector<std::string> out;
  drain(parser, out);
  EXPECT_THAT(out, testing::ElementsAre("stdout+9 a\n", "stdout+9 no stamp\n", "stdout+9 ",
                                        "stdout+9 2024-05-01\n"));
  EXPECT_EQ(parser.unstamped(), 3u);
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

TEST(log_frame_parser, knows_what_is_no_frame) {
  const std::string too_long = {1, 0, 0, 0, 0, 0x40, 0, 1};  // 4 MiB and a byte
  for (const std::string& bytes : {std::string("2024-05-01T12:00:00Z raw"), mux_frame(4, ""),
                                   std::string("\1\0\1\0\0\0\0\0", 8), too_long}) {
    log_frame_parser parser;
    parser.feed(bytes);
    const auto out = parser.next();
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, errc::bad_response);
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
