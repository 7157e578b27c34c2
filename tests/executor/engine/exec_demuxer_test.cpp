#include "executor/engine/exec_demuxer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "executor/engine/error.hpp"

namespace gantry::engine {
namespace {

using testing::HasSubstr;

std::string frame(char type, const std::string& text) {
  std::string out = {type, 0, 0, 0};
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(text.size() >> shift);
  return out + text;
}

TEST(exec_demuxer, sorts_the_streams_however_the_bytes_come) {
  const std::string bytes = frame(1, "a\n") + frame(2, "x") + frame(1, "") + frame(1, "b") +
                            frame(2, std::string(1000, 'y'));
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    exec_demuxer demuxer(1 << 16);
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      ASSERT_TRUE(demuxer.feed(std::string_view(bytes).substr(at, piece)));
    }
    ASSERT_TRUE(demuxer.end());
    ASSERT_EQ(demuxer.output().out, "a\nb");
    ASSERT_EQ(demuxer.output().err, "x" + std::string(1000, 'y'));
    ASSERT_FALSE(demuxer.output().out_truncated());
  }
}

TEST(exec_demuxer, gives_what_is_there_of_an_unfinished_frame) {
  exec_demuxer demuxer(100);
  ASSERT_TRUE(demuxer.feed(frame(1, "prompt> and more").substr(0, 16)));
  EXPECT_EQ(demuxer.output().out, "prompt> ");
  EXPECT_EQ(demuxer.end().error().code, errc::disconnected);
}

TEST(exec_demuxer, keeps_the_begin_of_each_stream_and_counts_the_rest) {
  exec_demuxer demuxer(5);
  ASSERT_TRUE(demuxer.feed(frame(1, "12345") + frame(2, "1234")));
  EXPECT_FALSE(demuxer.output().out_truncated());
  ASSERT_TRUE(demuxer.feed(frame(1, "6") + frame(2, "567890")));
  EXPECT_EQ(demuxer.output().out, "12345");
  EXPECT_EQ(demuxer.output().out_dropped, 1u);
  EXPECT_EQ(demuxer.output().err, "12345");
  EXPECT_EQ(demuxer.output().err_dropped, 5u);
  EXPECT_TRUE(demuxer.output().err_truncated());
}

TEST(exec_demuxer, tells_an_error_of_the_engine) {
  exec_demuxer demuxer(100);
  const auto out = demuxer.feed(frame(1, "a") + frame(3, "broken \xFF" + std::string(5000, 'x')));
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, errc::engine_error);
  EXPECT_THAT(out.error().message, HasSubstr("broken \xEF\xBF\xBD"));
  EXPECT_LT(out.error().message.size(), 1200u);
  EXPECT_EQ(demuxer.output().out, "a");
}

TEST(exec_demuxer, refuses_what_are_no_frames) {
  for (const std::string bytes :
       {"HTTP/1.1 200 OK", "\x04\0\0\0\0\0\0\0", "\x01\x01\0\0\0\0\0\0"}) {
    exec_demuxer demuxer(100);
    const auto out = demuxer.feed(bytes + std::string(8, '\1'));
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().code, errc::bad_response);
  }
}

TEST(exec_demuxer, reads_past_frames_of_a_type_that_it_does_not_know) {
  exec_demuxer demuxer(100);
  ASSERT_TRUE(demuxer.feed(frame(1, "a") + frame(4, "foreign") + frame(99, "") + frame(1, "b")));
  EXPECT_TRUE(demuxer.end());
  EXPECT_EQ(demuxer.output().out, "ab");
  EXPECT_EQ(demuxer.output().err, "");
  EXPECT_EQ(demuxer.skipped(), 2u);
}

TEST(exec_demuxer, ends_inside_a_header_in_disorder) {
  exec_demuxer demuxer(100);
  EXPECT_TRUE(demuxer.end());
  ASSERT_TRUE(demuxer.feed(std::string("\x01\0\0", 3)));
  EXPECT_EQ(demuxer.end().error().code, errc::disconnected);
}

}  // namespace
}  // namespace gantry::engine
