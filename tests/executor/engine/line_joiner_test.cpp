#include "executor/engine/line_joiner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log_bytes.hpp"

namespace gantry::engine {
namespace {

using testing::ElementsAre;
using enum stream_kind;

class joiner : public testing::Test {
 protected:
  void add(stream_kind stream, timestamp time, std::string_view text) {
    joiner_.add({stream, time, text}, lines_);
  }

  void flush() {
    for (const stream_kind each : all_streams) joiner_.flush(each, lines_);
  }

  line_joiner joiner_{10};
  std::vector<log_line> lines_;
};

TEST_F(joiner, joins_parts_and_keeps_the_time_of_the_first) {
  add(stdout_stream, 1, "one ");
  EXPECT_EQ(joiner_.state(stdout_stream), line_state::begun);
  EXPECT_EQ(joiner_.state(stderr_stream), line_state::none);
  EXPECT_TRUE(lines_.empty());
  add(stdout_stream, 2, "two\n");
  EXPECT_EQ(joiner_.state(stdout_stream), line_state::none);
  EXPECT_THAT(lines_, ElementsAre(log_line{stdout_stream, 1, "one two", false}));
}

TEST_F(joiner, joins_each_stream_on_its_own) {
  add(stdout_stream, 1, "out ");
  add(stderr_stream, 2, "err ");
  add(stdout_stream, 1, "1\n");
  add(stderr_stream, 2, "2\n");
  EXPECT_THAT(lines_, ElementsAre(log_line{stdout_stream, 1, "out 1", false},
                                  log_line{stderr_stream, 2, "err 2", false}));
}

TEST_F(joiner, gives_empty_lines_and_lines_within_one_frame) {
  add(stdout_stream, 1, "\n");
  add(stdout_stream, 2, "a\n\nb\nc");
  flush();
  EXPECT_THAT(
      lines_,
      ElementsAre(log_line{stdout_stream, 1, "", false}, log_line{stdout_stream, 2, "a", false},
                  log_line{stdout_stream, 2, "", false}, log_line{stdout_stream, 2, "b", false},
                  log_line{stdout_stream, 2, "c", false}));
}

TEST_F(joiner, takes_the_carriage_return_of_a_terminal_away_only_there) {
  add(stream_kind::tty, 1, "a\rb\r\n");
  add(stream_kind::tty, 2, "c\r");
  add(stream_kind::tty, 2, "\n");
  add(stdout_stream, 3, "d\r\n");
  EXPECT_THAT(lines_, ElementsAre(log_line{stream_kind::tty, 1, "a\rb", false},
                                  log_line{stream_kind::tty, 2, "c", false},
                                  log_line{stdout_stream, 3, "d\r", false}));
}

TEST_F(joiner, cuts_a_line_at_the_limit_and_drops_the_rest) {
  add(stdout_stream, 1, "0123456789");
  EXPECT_TRUE(lines_.empty());
  add(stdout_stream, 1, "x");
  EXPECT_THAT(lines_, ElementsAre(log_line{stdout_stream, 1, "0123456789", true}));
  EXPECT_EQ(joiner_.state(stdout_stream), line_state::given);
  add(stdout_stream, 1, "more");
  add(stdout_stream, 1, " still\nnext\n");
  EXPECT_THAT(lines_, ElementsAre(log_line{stdout_stream, 1, "0123456789", true},
                                  log_line{stdout_stream, 1, "next", false}));
  EXPECT_EQ(joiner_.truncated(), 1u);
}

TEST_F(joiner, leaves_a_line_of_just_the_limit_whole) {
  add(stdout_stream, 1, "0123456789\n");
  add(stream_kind::tty, 2, "0123456789\r\n");
  EXPECT_THAT(lines_, ElementsAre(log_line{stdout_stream, 1, "0123456789", false},
                                  log_line{stream_kind::tty, 2, "0123456789", false}));
  EXPECT_EQ(joiner_.truncated(), 0u);
}

TEST_F(joiner, drops_the_rest_of_a_line_that_another_gave) {
  joiner_.skip_line(stdout_stream);
  add(stdout_stream, 1, "rest");
  add(stderr_stream, 1, "e\n");
  add(stdout_stream, 1, " of it\n");
  add(stdout_stream, 2, "next\n");
  EXPECT_THAT(lines_, ElementsAre(log_line{stderr_stream, 1, "e", false},
                                  log_line{stdout_stream, 2, "next", false}));
}

TEST_F(joiner, gives_nothing_twice_when_flushed) {
  add(stdout_stream, 1, "01234567890");
  add(stderr_stream, 2, "half");
  flush();
  flush();
  EXPECT_THAT(lines_, ElementsAre(log_line{stdout_stream, 1, "0123456789", true},
                                  log_line{stderr_stream, 2, "half", false}));
}

}  // namespace
}  // namespace gantry::engine
