#include "executor/engine/log_resume.hpp"

#include <gtest/gtest.h>

#include "log_bytes.hpp"

namespace gantry::engine {
namespace {

using enum stream_kind;
using verdict = log_resume::verdict;

log_frame out(timestamp time, std::string_view text = "x\n") { return {stdout_stream, time, text}; }
log_frame err(timestamp time, std::string_view text = "x\n") { return {stderr_stream, time, text}; }

// Keeps the cursor, as a decoder does.
class reader {
 public:
  reader() = default;
  explicit reader(const log_cursor& cursor) : cursor_(cursor) { reopened(); }

  verdict take(const log_frame& frame) {
    const verdict out = resume_.take(frame);
    if (out == verdict::deliver) move_to(frame.stream, resume_.place());
    return out;
  }

  log_resume::findings release() {
    auto out = resume_.release();
    for (const held_frame& each : out.frames) move_to(each.stream, each.place);
    return out;
  }

  void reopened() { resume_.search(cursor_, log_resume::parts::missing); }

  [[nodiscard]] const log_cursor& cursor() const { return cursor_; }
  [[nodiscard]] const log_resume& resume() const { return resume_; }

 private:
  void move_to(stream_kind stream, const log_place& place) {
    cursor_.stream = stream;
    cursor_.seen[index(stream)] = place;
  }

  log_resume resume_;
  log_cursor cursor_;
};

log_place place(timestamp time, std::uint32_t ordinal, std::string_view text = "x\n") {
  return {time, ordinal, digest_of(text)};
}

log_cursor at(stream_kind stream, const log_place& place) {
  log_cursor cursor;
  cursor.stream = stream;
  cursor.seen[index(stream)] = place;
  return cursor;
}

std::string texts(const std::vector<held_frame>& frames) {
  std::string out;
  for (const held_frame& each : frames) out += each.text;
  return out;
}

TEST(log_resume, counts_frames_of_one_stream_with_one_stamp) {
  reader log;
  EXPECT_FALSE(log.cursor().last());
  EXPECT_EQ(log.take(out(5)), verdict::deliver);
  EXPECT_EQ(log.cursor().last(), place(5, 1));
  EXPECT_EQ(log.take(err(5)), verdict::deliver);
  EXPECT_EQ(log.cursor().last(), place(5, 1));
  EXPECT_EQ(log.cursor().stream, stderr_stream);
  EXPECT_EQ(log.take(out(5, "y\n")), verdict::deliver);
  EXPECT_EQ(log.cursor().last(), place(5, 2, "y\n"));
  EXPECT_EQ(log.take(out(6)), verdict::deliver);
  EXPECT_EQ(log.cursor().last(), place(6, 1));
}

TEST(log_resume, delivers_all_of_a_first_opening_even_if_opened_twice) {
  reader log;
  log.reopened();
  EXPECT_FALSE(log.resume().searching());
  EXPECT_EQ(log.take(out(5)), verdict::deliver);
}

TEST(log_resume, skips_up_to_and_including_the_cursor) {
  reader log;
  for (const log_frame& frame : {out(5), out(5), err(4)}) {
    EXPECT_EQ(log.take(frame), verdict::deliver);
  }
  log.reopened();
  EXPECT_TRUE(log.resume().searching());
  // As the filter sends it: from the first frame that is not older than the cursor.
  EXPECT_EQ(log.take(out(5)), verdict::withhold);
  EXPECT_EQ(log.take(out(5)), verdict::withhold);
  EXPECT_EQ(log.take(err(4)), verdict::settled);
  const auto found = log.release();
  EXPECT_FALSE(found.gone);
  EXPECT_FALSE(found.gap);
  EXPECT_TRUE(found.frames.empty());
  EXPECT_FALSE(log.resume().searching());
  EXPECT_EQ(log.take(err(4)), verdict::deliver);  // older than what was seen, but behind it
  EXPECT_EQ(log.cursor().last(), place(4, 2));
  EXPECT_EQ(log.resume().skipped(), 3u);
  EXPECT_EQ(log.resume().released(), 0u);
}

TEST(log_resume, searches_again_when_cut_while_searching) {
  reader log(at(stdout_stream, place(5, 2)));
  EXPECT_EQ(log.take(out(5)), verdict::withhold);
  log.reopened();
  EXPECT_EQ(log.take(out(5)), verdict::withhold);
  EXPECT_EQ(log.take(out(5)), verdict::settled);
  EXPECT_TRUE(log.release().frames.empty());
  EXPECT_EQ(log.resume().skipped(), 2u);
  EXPECT_EQ(log.take(out(5)), verdict::deliver);
}

TEST(log_resume, releases_what_it_holds_at_the_end) {
  reader log(at(stdout_stream, place(5, 1)));
  EXPECT_EQ(log.take(out(6, "a\n")), verdict::withhold);
  EXPECT_EQ(log.take(err(6, "b\n")), verdict::withhold);
  const auto found = log.release();
  EXPECT_TRUE(found.gone);
  EXPECT_TRUE(found.gap);
  EXPECT_EQ(texts(found.frames), "a\nb\n");
  EXPECT_EQ(log.cursor().last(), place(6, 1, "b\n"));
  EXPECT_EQ(log.cursor().stream, stderr_stream);
  EXPECT_EQ(log.resume().released(), 2u);
  EXPECT_FALSE(log.resume().searching());
  EXPECT_EQ(log.take(out(6)), verdict::deliver);
  EXPECT_EQ(log.cursor().last(), place(6, 2));
}

TEST(log_resume, takes_no_other_frame_with_the_cursors_stamp_for_it) {
  reader log(at(stdout_stream, place(5, 2, "b\n")));
  // Rotation has taken a: b and c count one less.
  EXPECT_EQ(log.take(out(5, "b\n")), verdict::withhold);
  EXPECT_EQ(log.take(out(5, "c\n")), verdict::withhold);
  const auto found = log.release();
  EXPECT_FALSE(found.gone);
  EXPECT_FALSE(found.gap);
  EXPECT_EQ(texts(found.frames), "c\n");
}

TEST(log_resume, says_when_it_cannot_tell_frames_of_one_stamp_apart) {
  reader log(at(stdout_stream, place(5, 3)));
  EXPECT_EQ(log.take(out(5)), verdict::withhold);
  EXPECT_EQ(log.take(out(5)), verdict::withhold);
  const auto found = log.release();
  EXPECT_TRUE(found.gap);
  EXPECT_EQ(found.frames.size(), 1u);
}

TEST(log_resume, collects_the_parts_of_open_lines) {
  log_cursor cursor = at(stderr_stream, place(7, 1));
  cursor.seen[index(stdout_stream)] = place(5, 3, "two ");
  cursor.open[index(stdout_stream)] = open_line{place(5, 2, "one "), 2, false};
  reader log(cursor);
  for (const log_frame& frame : {out(4), out(5), err(6), out(5, "one "), out(5, "two ")}) {
    EXPECT_EQ(log.take(frame), verdict::withhold);
  }
  EXPECT_EQ(log.take(err(7)), verdict::settled);
  const auto found = log.release();
  EXPECT_EQ(texts(found.parts), "one two ");
  EXPECT_FALSE(found.gap);
  EXPECT_TRUE(found.frames.empty());
}

TEST(log_resume, tells_parts_apart_that_look_alike) {
  log_cursor cursor = at(stdout_stream, place(5, 4, "a"));
  cursor.open[index(stdout_stream)] = open_line{place(5, 3, "a"), 2, false};
  reader log(cursor);
  for (const std::string_view text : {"a", "\n", "a"}) {
    EXPECT_EQ(log.take(out(5, text)), verdict::withhold);
  }
  EXPECT_EQ(log.take(out(5, "a")), verdict::settled);
  const auto found = log.release();
  EXPECT_EQ(found.parts.size(), 2u);
  EXPECT_FALSE(found.gap);
}

TEST(log_resume, misses_a_part_that_looks_like_those_left) {
  log_cursor cursor = at(stderr_stream, place(7, 1));
  cursor.seen[index(stdout_stream)] = place(5, 2, "a");
  cursor.open[index(stdout_stream)] = open_line{place(5, 1, "a"), 2, false};
  reader log(cursor);
  EXPECT_EQ(log.take(out(5, "a")), verdict::withhold);
  EXPECT_EQ(log.take(err(7)), verdict::settled);
  const auto found = log.release();
  EXPECT_EQ(found.parts.size(), 1u);
  EXPECT_TRUE(found.gap);
}

TEST(log_resume, tells_when_the_begin_of_an_open_line_is_gone) {
  log_cursor cursor = at(stderr_stream, place(7, 1));
  cursor.seen[index(stdout_stream)] = place(5, 2, "two ");
  cursor.open[index(stdout_stream)] = open_line{place(5, 1, "one "), 2, false};
  reader log(cursor);
  EXPECT_EQ(log.take(out(5, "two ")), verdict::withhold);
  EXPECT_EQ(log.take(err(7)), verdict::settled);
  const auto found = log.release();
  EXPECT_EQ(texts(found.parts), "two ");
  EXPECT_TRUE(found.gap);
  EXPECT_FALSE(found.gone);
}

TEST(log_resume, keeps_the_parts_of_open_lines_through_any_number_of_frames) {
  const timestamp last = 3 * log_resume::held_frames_max;
  log_cursor cursor = at(stderr_stream, place(last, 1));
  cursor.seen[index(stdout_stream)] = place(1, 1, "part ");
  cursor.open[index(stdout_stream)] = open_line{place(1, 1, "part "), 1, false};
  reader log(cursor);
  EXPECT_EQ(log.take(out(1, "part ")), verdict::withhold);
  for (timestamp time = 1; time < last; ++time) {
    ASSERT_EQ(log.take(err(time)), verdict::withhold);
  }
  EXPECT_EQ(log.take(err(last)), verdict::settled);
  EXPECT_EQ(texts(log.release().parts), "part ");
}

TEST(log_resume, gives_up_after_so_many_frames) {
  reader log(at(stdout_stream, place(5, 1)));
  for (std::size_t count = 0; count < log_resume::held_frames_max; ++count) {
    ASSERT_EQ(log.take(out(6)), verdict::withhold);
  }
  EXPECT_EQ(log.take(out(6)), verdict::settled);
  EXPECT_EQ(log.release().frames.size(), log_resume::held_frames_max + 1);
}

TEST(log_resume, searches_on_through_any_number_of_frames_that_were_given) {
  reader log;
  const timestamp last = 3 * log_resume::held_frames_max;
  EXPECT_EQ(log.take(err(1)), verdict::deliver);
  for (timestamp time = 0; time <= last; ++time) {
    ASSERT_EQ(log.take(out(time)), verdict::deliver);
  }
  log.reopened();
  EXPECT_EQ(log.take(err(1)), verdict::withhold);
  for (timestamp time = 0; time < last; ++time) {
    ASSERT_EQ(log.take(out(time)), verdict::withhold);
    ASSERT_FALSE(log.resume().holds_fresh());
  }
  EXPECT_EQ(log.take(out(last)), verdict::settled);
  EXPECT_TRUE(log.release().frames.empty());
  EXPECT_EQ(log.resume().skipped(), std::uint64_t(last) + 2);
}

TEST(log_resume, knows_what_is_fresh_for_each_stream) {
  reader log;
  EXPECT_EQ(log.take(err(9)), verdict::deliver);
  EXPECT_EQ(log.take(out(5)), verdict::deliver);
  log.reopened();
  EXPECT_EQ(log.take(err(9)), verdict::withhold);
  EXPECT_FALSE(log.resume().holds_fresh());
  EXPECT_EQ(log.take(err(9)), verdict::withhold);
  EXPECT_TRUE(log.resume().holds_fresh());
}

TEST(log_resume, gives_up_after_so_many_bytes) {
  reader log(at(stdout_stream, place(5, 1)));
  const std::string half(log_resume::held_bytes_max / 2, 'x');
  EXPECT_EQ(log.take(out(6, half)), verdict::withhold);
  EXPECT_EQ(log.take(out(6, half)), verdict::withhold);
  EXPECT_EQ(log.take(out(6)), verdict::settled);
}

TEST(log_resume, gives_up_when_time_has_gone_by) {
  reader log(at(stdout_stream, place(5, 1)));
  EXPECT_EQ(log.take(out(5 + log_resume::overtaking_max)), verdict::withhold);
  EXPECT_EQ(log.take(out(6 + log_resume::overtaking_max)), verdict::settled);
  EXPECT_TRUE(log.release().gap);
}

}  // namespace
}  // namespace gantry::engine
