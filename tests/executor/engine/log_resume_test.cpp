#include "executor/engine/log_resume.hpp"

#include <gtest/gtest.h>

#include "log_bytes.hpp"

namespace gantry::engine {
namespace {

using enum stream_kind;
using verdict = log_resume::verdict;

log_frame out(timestamp time, std::string_view text = "x\n") { return {stdout_stream, time, text}; }
log_frame err(timestamp time, std::string_view text = "x\n") { return {stderr_stream, time, text}; }

TEST(log_resume, counts_frames_of_one_stream_with_one_stamp) {
  log_resume resume;
  EXPECT_FALSE(resume.cursor());
  EXPECT_EQ(resume.take(out(5)), verdict::deliver);
  EXPECT_EQ(resume.cursor(), (log_cursor{stdout_stream, 5, 1}));
  EXPECT_EQ(resume.take(err(5)), verdict::deliver);
  EXPECT_EQ(resume.cursor(), (log_cursor{stderr_stream, 5, 1}));
  EXPECT_EQ(resume.take(out(5)), verdict::deliver);
  EXPECT_EQ(resume.cursor(), (log_cursor{stdout_stream, 5, 2}));
  EXPECT_EQ(resume.take(out(6)), verdict::deliver);
  EXPECT_EQ(resume.cursor(), (log_cursor{stdout_stream, 6, 1}));
}

TEST(log_resume, delivers_all_of_a_first_opening_even_if_opened_twice) {
  log_resume resume;
  resume.reopened();
  EXPECT_FALSE(resume.searching());
  EXPECT_EQ(resume.take(out(5)), verdict::deliver);
}

TEST(log_resume, skips_up_to_and_including_the_cursor) {
  log_resume resume;
  for (const log_frame& frame : {out(5), out(5), err(4)}) {
    EXPECT_EQ(resume.take(frame), verdict::deliver);
  }
  resume.reopened();
  EXPECT_TRUE(resume.searching());
  // As the filter sends it: from the first frame that is not older than the cursor.
  for (const log_frame& frame : {out(5), out(5), err(4)}) {
    EXPECT_EQ(resume.take(frame), verdict::withhold);
  }
  EXPECT_FALSE(resume.searching());
  EXPECT_EQ(resume.take(err(4)), verdict::deliver);  // older than what was seen, but behind it
  EXPECT_EQ(resume.cursor(), (log_cursor{stderr_stream, 4, 2}));
  EXPECT_EQ(resume.skipped(), 3u);
  EXPECT_EQ(resume.released(), 0u);
}

TEST(log_resume, can_begin_with_the_cursor_of_another_run) {
  log_resume resume(log_cursor{stdout_stream, 5, 2});
  EXPECT_EQ(resume.take(out(5)), verdict::withhold);
  EXPECT_EQ(resume.take(out(5)), verdict::withhold);
  EXPECT_EQ(resume.take(out(5)), verdict::deliver);
}

TEST(log_resume, searches_again_when_cut_while_searching) {
  log_resume resume(log_cursor{stdout_stream, 5, 2});
  EXPECT_EQ(resume.take(out(5)), verdict::withhold);
  resume.reopened();
  EXPECT_EQ(resume.cursor(), (log_cursor{stdout_stream, 5, 2}));
  EXPECT_EQ(resume.take(out(5)), verdict::withhold);
  EXPECT_EQ(resume.take(out(5)), verdict::withhold);
  EXPECT_EQ(resume.skipped(), 2u);
  EXPECT_EQ(resume.take(out(5)), verdict::deliver);
}

TEST(log_resume, releases_what_it_holds_at_the_end) {
  log_resume resume(log_cursor{stdout_stream, 5, 1});
  EXPECT_EQ(resume.take(out(6, "a\n")), verdict::withhold);
  EXPECT_EQ(resume.take(err(6, "b\n")), verdict::withhold);
  const auto held = resume.release();
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(held[0].text, "a\n");
  EXPECT_EQ(held[1].stream, stderr_stream);
  EXPECT_EQ(resume.cursor(), (log_cursor{stderr_stream, 6, 1}));
  EXPECT_EQ(resume.released(), 2u);
  EXPECT_FALSE(resume.searching());
  EXPECT_EQ(resume.take(out(6)), verdict::deliver);
  EXPECT_EQ(resume.cursor(), (log_cursor{stdout_stream, 6, 2}));
}

TEST(log_resume, keeps_the_cursor_when_there_was_nothing_to_release) {
  log_resume resume(log_cursor{stdout_stream, 5, 1});
  EXPECT_TRUE(resume.release().empty());
  EXPECT_EQ(resume.cursor(), (log_cursor{stdout_stream, 5, 1}));
}

TEST(log_resume, gives_up_after_so_many_frames) {
  log_resume resume(log_cursor{stdout_stream, 5, 1});
  for (std::size_t count = 0; count < log_resume::held_frames_max; ++count) {
    ASSERT_EQ(resume.take(out(6)), verdict::withhold);
  }
  EXPECT_EQ(resume.take(out(6)), verdict::give_up);
  EXPECT_EQ(resume.release().size(), log_resume::held_frames_max + 1);
}

TEST(log_resume, searches_on_through_any_number_of_frames_that_were_given) {
  log_resume resume;
  const timestamp last = 3 * log_resume::held_frames_max;
  EXPECT_EQ(resume.take(err(1)), verdict::deliver);
  for (timestamp time = 0; time <= last; ++time) {
    ASSERT_EQ(resume.take(out(time)), verdict::deliver);
  }
  resume.reopened();
  EXPECT_EQ(resume.take(err(1)), verdict::withhold);
  for (timestamp time = 0; time <= last; ++time) {
    ASSERT_EQ(resume.take(out(time)), verdict::withhold);
    ASSERT_FALSE(resume.holds_fresh());
  }
  EXPECT_FALSE(resume.searching());
  EXPECT_EQ(resume.skipped(), std::uint64_t(last) + 2);
}

TEST(log_resume, knows_what_is_fresh_for_each_stream) {
  log_resume resume;
  EXPECT_EQ(resume.take(err(9)), verdict::deliver);
  EXPECT_EQ(resume.take(out(5)), verdict::deliver);
  resume.reopened();
  EXPECT_EQ(resume.take(err(9)), verdict::withhold);
  EXPECT_FALSE(resume.holds_fresh());
  EXPECT_EQ(resume.take(err(9)), verdict::withhold);
  EXPECT_TRUE(resume.holds_fresh());
}

TEST(log_resume, gives_up_after_so_many_bytes) {
  log_resume resume(log_cursor{stdout_stream, 5, 1});
  const std::string half(log_resume::held_bytes_max / 2, 'x');
  EXPECT_EQ(resume.take(out(6, half)), verdict::withhold);
  EXPECT_EQ(resume.take(out(6, half)), verdict::withhold);
  EXPECT_EQ(resume.take(out(6)), verdict::give_up);
}

TEST(log_resume, gives_up_when_time_has_gone_by) {
  log_resume resume(log_cursor{stdout_stream, 5, 1});
  EXPECT_EQ(resume.take(out(5 + log_resume::overtaking_max)), verdict::withhold);
  EXPECT_EQ(resume.take(out(6 + log_resume::overtaking_max)), verdict::give_up);
}

}  // namespace
}  // namespace gantry::engine
