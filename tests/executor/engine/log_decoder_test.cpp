#include "executor/engine/log_decoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "executor/engine/error.hpp"
#include "log_bytes.hpp"
#include "tests/support/seed.hpp"

namespace gantry::engine {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum stream_kind;

void feed(log_decoder& decoder, std::string_view bytes, std::vector<log_line>& out) {
  const auto fed = decoder.feed(bytes, out);
  ASSERT_TRUE(fed) << fed.error().message;
}

log_line line(stream_kind stream, timestamp time, std::string text) {
  return {.stream = stream, .time = time, .text = std::move(text)};
}

// What a program printed, by the rule alone: parts joined for each stream.
std::vector<log_line> lines_of(const std::vector<stored_message>& file) {
  std::vector<log_line> out;
  std::array<std::optional<log_line>, 3> open;
  for (const stored_message& each : file) {
    auto& now = open[static_cast<std::size_t>(each.stream)];
    if (!now) now = line(each.stream, each.time, "");
    now->text += each.text;
    if (!each.text.ends_with('\n')) continue;
    now->text.resize(now->text.size() - (each.stream == stream_kind::tty ? 2 : 1));
    out.push_back(*std::move(now));
    now.reset();
  }
  return out;
}

TEST(log_decoder, joins_interleaved_parts_byte_by_byte) {
  const std::vector<stored_message> file = {{stdout_stream, noon, "out "},
                                            {stderr_stream, noon + 1, "err "},
                                            {stdout_stream, noon, "1\n"},
                                            {stderr_stream, noon + 1, "2\n"}};
  log_decoder decoder(false);
  std::vector<log_line> out;
  for (const char byte : on_wire(file)) feed(decoder, {&byte, 1}, out);
  EXPECT_THAT(
      out, ElementsAre(line(stdout_stream, noon, "out 1"), line(stderr_stream, noon + 1, "err 2")));
  EXPECT_EQ(decoder.count().lines, 2u);
}

TEST(log_decoder, gives_the_lines_before_a_fault) {
  log_decoder decoder(false);
  std::vector<log_line> out;
  const auto fed = decoder.feed(
      on_wire(stored_message{stdout_stream, noon, "a\n"}) + mux_frame(3, "disk on fire"), out);
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().code, errc::engine_error);
  EXPECT_THAT(fed.error().message, testing::HasSubstr("disk on fire"));
  EXPECT_THAT(out, ElementsAre(line(stdout_stream, noon, "a")));
  decoder.reopened();
  feed(decoder, on_wire({{stdout_stream, noon, "a\n"}, {stdout_stream, noon + 1, "b\n"}}), out);
  EXPECT_THAT(out, ElementsAre(line(stdout_stream, noon, "a"), line(stdout_stream, noon + 1, "b")));
}

TEST(log_decoder, asks_to_reopen_a_little_before_the_last_frame) {
  log_decoder decoder(false);
  EXPECT_EQ(decoder.since(), std::nullopt);
  std::vector<log_line> out;
  feed(decoder, on_wire(stored_message{stdout_stream, noon, "a\n"}), out);
  EXPECT_EQ(decoder.since(), noon - one_second);
}

TEST(log_decoder, keeps_pending_parts_over_a_reopening) {
  const std::vector<stored_message> file = {{stdout_stream, noon, "one "},
                                            {stderr_stream, noon + 1, "e\n"},
                                            {stdout_stream, noon, "two\n"}};
  log_decoder decoder(false);
  std::vector<log_line> out;
  feed(decoder, on_wire({file.begin(), file.begin() + 2}), out);
  decoder.ended(out);
  decoder.reopened();
  feed(decoder, on_wire(since(file, decoder.since())), out);
  EXPECT_THAT(
      out, ElementsAre(line(stderr_stream, noon + 1, "e"), line(stdout_stream, noon, "one two")));
}

// A gap behind which a log is read on since an entry of it cannot be.
class damaged_log_decoder : public testing::Test {
 protected:
  // The end of the log alone.
  void reopen(bool from_now) {
    decoder.reopened();
    decoder.reopened_behind_damage(from_now, out);
  }
  void feed_line(timestamp time, const std::string& text) {
    feed(decoder, on_wire(stored_message{stdout_stream, time, text + "\n"}), out);
  }
  // "a", "? b" behind a gap of what cannot be read, "- c" behind another.
  [[nodiscard]] std::vector<std::string> told() const {
    std::vector<std::string> texts;
    for (const log_line& each : out) {
      const char* const gap = each.unreadable_before ? "? " : each.gap_before ? "- " : "";
      texts.push_back(gap + each.text);
    }
    return texts;
  }

  log_decoder decoder{false};
  std::vector<log_line> out;
};

TEST_F(damaged_log_decoder, tells_of_it_where_nothing_stored_comes) {
  feed_line(noon, "a");
  reopen(true);
  EXPECT_FALSE(decoder.searching());
  feed_line(noon + 1, "b");
  feed_line(noon + 2, "c");
  EXPECT_THAT(told(), ElementsAre("a", "? b", "c"));
}

TEST_F(damaged_log_decoder, tells_of_nothing_where_the_place_is_found) {
  feed_line(noon, "a");
  reopen(false);
  feed_line(noon, "a");
  feed_line(noon + 1, "b");
  EXPECT_THAT(told(), ElementsAre("a", "b"));
  decoder.reopened();  // and was rotated since
  feed_line(noon + 20 * one_second, "c");
  EXPECT_THAT(told(), ElementsAre("a", "b", "- c"));
}

TEST_F(damaged_log_decoder, tells_of_it_where_the_place_is_not_found_or_there_is_none) {
  reopen(false);
  feed_line(noon, "a");
  reopen(false);
  feed_line(noon + 1, "b");
  decoder.ended(out);
  EXPECT_THAT(told(), ElementsAre("? a", "? b"));
}

TEST_F(damaged_log_decoder, takes_it_back_when_the_log_is_read_as_a_whole_after_all) {
  reopen(false);
  decoder.reopened();
  feed_line(noon, "a");
  reopen(true);
  decoder.reopened();
  feed_line(noon, "a");
  feed_line(noon + 1, "b");
  EXPECT_THAT(told(), ElementsAre("a", "b"));
}

TEST(log_decoder, delivers_all_that_is_left_of_a_rotated_log) {
  log_decoder decoder(false);
  std::vector<log_line> out;
  feed(decoder, on_wire({{stdout_stream, noon, "gone\n"}, {stdout_stream, noon + 1, "half "}}),
       out);
  decoder.reopened();
  feed(decoder, on_wire({{stdout_stream, noon + 5, "a\n"}, {stdout_stream, noon + 6, "b\n"}}), out);
  EXPECT_EQ(out.size(), 1u);
  EXPECT_TRUE(decoder.searching());
  decoder.ended(out);
  // The half line is not joined with what did not follow it.
  EXPECT_THAT(out,
              ElementsAre(line(stdout_stream, noon, "gone"), line(stdout_stream, noon + 1, "half "),
                          line(stdout_stream, noon + 5, "a"), line(stdout_stream, noon + 6, "b")));
  EXPECT_FALSE(out[1].gap_before);
  EXPECT_TRUE(out[2].gap_before);
  EXPECT_FALSE(out[3].gap_before);
  EXPECT_EQ(decoder.count().frames_released, 2u);
  EXPECT_EQ(decoder.count().lines, 4u);
  feed(decoder, on_wire(stored_message{stdout_stream, noon + 7, "c\n"}), out);
  EXPECT_EQ(out.size(), 5u);
}

TEST(log_decoder, reopens_before_a_line_that_has_begun) {
  // The parts of a slow line all bear the first one's stamp, and Docker 20.10 filters each frame.
  const std::vector<stored_message> file = {{stdout_stream, noon, "slow "},
                                            {stderr_stream, noon + 60 * one_second, "e\n"},
                                            {stdout_stream, noon, "line\n"},
                                            {stdout_stream, noon + 61 * one_second, "next\n"}};
  for (const std::size_t line_bytes_max : {100, 2}) {
    log_decoder decoder(false, line_bytes_max);
    std::vector<log_line> out;
    feed(decoder, on_wire({file.begin(), file.begin() + 2}), out);
    decoder.reopened();
    feed(decoder, on_wire(since(file, decoder.since(), since_filter::every_frame)), out);
    EXPECT_EQ(out.size(), 3u);
    EXPECT_TRUE(out.back().text.starts_with("ne"));
    EXPECT_EQ(decoder.count().frames_released, 0u);
  }
}

TEST(log_decoder, gives_nothing_again_when_an_engine_ends_a_log_too_early) {
  const std::vector<stored_message> file = {{stdout_stream, noon, "a\n"},
                                            {stdout_stream, noon + 1, "b\n"}};
  log_decoder decoder(false);
  std::vector<log_line> out;
  feed(decoder, on_wire(file), out);
  decoder.reopened();
  feed(decoder, on_wire({file.begin(), file.begin() + 1}), out);
  decoder.ended(out);
  EXPECT_EQ(out.size(), 2u);
}

TEST(log_decoder, does_not_hold_a_rotated_log_for_long) {
  log_decoder decoder(false);
  std::vector<log_line> out;
  feed(decoder, on_wire(stored_message{stdout_stream, noon, "gone\n"}), out);
  decoder.reopened();
  feed(decoder, on_wire(stored_message{stdout_stream, noon + 60'000'000'000, "a\n"}), out);
  EXPECT_EQ(out.size(), 2u);
}

// The container was removed, and its log with it.
TEST(log_decoder, marks_a_line_whose_next_part_could_not_be_read) {
  const std::string part(log_decoder::part_bytes, 'x');
  for (const bool is_read_to_its_end : {false, true}) {
    log_decoder decoder(false);
    std::vector<log_line> out;
    feed(decoder, on_wire({{stdout_stream, noon, part}, {stderr_stream, noon, "short"}}), out);
    if (is_read_to_its_end) decoder.ended(out);
    decoder.finish(out);
    ASSERT_EQ(out.size(), 2u);
    EXPECT_EQ(out[0].text, part);
    EXPECT_EQ(out[0].truncated, !is_read_to_its_end);
    EXPECT_FALSE(out[1].truncated) << "what is shorter than a part is the last of its line";
  }
}

TEST(log_decoder, finishes_an_unterminated_line) {
  log_decoder decoder(false);
  std::vector<log_line> out;
  feed(decoder, on_wire({{stdout_stream, noon, "half"}, {stderr_stream, noon, "other half"}}), out);
  decoder.ended(out);
  EXPECT_THAT(out, IsEmpty());
  decoder.finish(out);
  EXPECT_THAT(
      out, ElementsAre(line(stdout_stream, noon, "half"), line(stderr_stream, noon, "other half")));
  EXPECT_EQ(decoder.count().lines, 2u);
  // The next run of the same container appends to the same log.
  decoder.reopened();
  feed(decoder,
       on_wire({{stdout_stream, noon, "half"},
                {stderr_stream, noon, "other half"},
                {stdout_stream, noon + 9, "again\n"}}),
       out);
  EXPECT_EQ(out.back(), line(stdout_stream, noon + 9, "again"));
  EXPECT_EQ(out.size(), 3u);
}

TEST(log_decoder, joins_the_long_lines_of_a_terminal) {
  const std::string part(16384, 'x');
  const std::vector<stored_message> file = {{stream_kind::tty, noon, part},
                                            {stream_kind::tty, noon, part},
                                            {stream_kind::tty, noon, "end\r\n"},
                                            {stream_kind::tty, noon + 1, "$ "}};
  log_decoder decoder(true);
  std::vector<log_line> out;
  feed(decoder, on_wire(file), out);
  EXPECT_THAT(out, ElementsAre(line(stream_kind::tty, noon, part + part + "end")));
  decoder.finish(out);
  EXPECT_EQ(out.back(), line(stream_kind::tty, noon + 1, "$ "));
}

// As Docker 20.10 sends what its driver `local` has kept, byte for byte but for the repetitions:
// `printf` of 40,000 bytes, a second, `echo done`, `printf tail`; twice, for it was started again.
TEST(log_decoder, ends_a_cut_line_of_the_driver_local_that_lacks_its_newline) {
  for (const stream_kind stream : {stdout_stream, stream_kind::tty}) {
    const std::string part(log_decoder::part_bytes, '0');
    const std::string last = stream == stream_kind::tty ? "done\r" : "done";
    const std::string next = stream == stream_kind::tty ? "next\r\n" : "next\n";
    const std::vector<stored_message> file = {
        {stream, noon, part},       {stream, noon, part},       {stream, noon, last},
        {stream, noon + 1, next},   {stream, noon + 2, "tail"}, {stream, noon + 10, part},
        {stream, noon + 10, last},  {stream, noon + 11, part},  {stream, noon + 11, ""},
        {stream, noon + 12, "tail"}};
    const std::vector<log_line> expected = {line(stream, noon, part + part + "done"),
                                            line(stream, noon + 1, "next"),
                                            line(stream, noon + 2, "tail"),
                                            line(stream, noon + 10, part + "done"),
                                            line(stream, noon + 11, part),
                                            line(stream, noon + 12, "tail")};
    log_decoder decoder(stream == stream_kind::tty, log_decoder::line_bytes_max_default, {},
                        line_ends::by_short_part);
    std::vector<log_line> out;
    feed(decoder, on_wire(file), out);
    decoder.finish(out);
    EXPECT_EQ(out, expected);
    // Each line's cursor is behind it: another decoder goes on there.
    for (std::size_t at = 0; at < out.size(); ++at) {
      log_decoder later(stream == stream_kind::tty, log_decoder::line_bytes_max_default,
                        out[at].cursor, line_ends::by_short_part);
      std::vector<log_line> rest;
      feed(later, on_wire(since(file, later.since())), rest);
      later.ended(rest);
      later.finish(rest);
      EXPECT_EQ(rest, std::vector<log_line>(expected.begin() + static_cast<std::ptrdiff_t>(at) + 1,
                                            expected.end()))
          << at;
    }
  }
}

TEST(log_decoder, forgets_the_cut_line_of_a_terminal_since_it_comes_again) {
  const std::vector<stored_message> file = {{stream_kind::tty, noon, "a\r\n"},
                                            {stream_kind::tty, noon + 1, "b and more\r\n"}};
  const std::string bytes = on_wire(file);
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    log_decoder decoder(true);
    std::vector<log_line> out;
    feed(decoder, std::string_view(bytes).substr(0, cut), out);
    decoder.reopened();
    feed(decoder, on_wire(since(file, decoder.since())), out);
    EXPECT_THAT(out, ElementsAre(line(stream_kind::tty, noon, "a"),
                                 line(stream_kind::tty, noon + 1, "b and more")))
        << cut;
  }
}

TEST(log_decoder, marks_lines_beyond_the_limit) {
  log_decoder decoder(false, 4);
  std::vector<log_line> out;
  feed(decoder, on_wire({{stdout_stream, noon, "123456\n"}, {stdout_stream, noon, "1234\n"}}), out);
  EXPECT_THAT(out, ElementsAre(log_line{stdout_stream, noon, "1234", true, false, {}},
                               line(stdout_stream, noon, "1234")));
  EXPECT_EQ(decoder.count().lines_truncated, 1u);
}

TEST(log_decoder, has_a_cursor_behind_the_last_frame) {
  log_decoder decoder(false);
  std::vector<log_line> out;
  EXPECT_EQ(decoder.cursor(), log_cursor{});
  feed(decoder, on_wire({{stdout_stream, noon, "a\n"}, {stdout_stream, noon + 1, "half "}}), out);
  EXPECT_EQ(out.back().cursor.last(), (log_place{noon, 1, digest_of("a\n")}));
  EXPECT_EQ(out.back().cursor.open[0], std::nullopt);
  const log_place half = {noon + 1, 1, digest_of("half ")};
  EXPECT_EQ(decoder.cursor().last(), half);
  EXPECT_EQ(decoder.cursor().open[0], (open_line{half, 1, false}));
  EXPECT_EQ(decoder.since(), noon + 1 - one_second);
  feed(decoder, on_wire(stored_message{stdout_stream, noon + 1, "half\n"}), out);
  EXPECT_EQ(out.back().cursor, decoder.cursor());
  EXPECT_EQ(decoder.cursor().last(), (log_place{noon + 1, 2, digest_of("half\n")}));
  EXPECT_EQ(decoder.cursor().open[0], std::nullopt);
}

// What another decoder gives that goes on from a stored cursor, with its log to the end.
std::vector<log_line> resumed(const std::vector<stored_message>& file, const log_cursor& cursor,
                              bool tty = false) {
  const auto stored = parse_log_cursor(to_json(cursor).bytes);
  log_decoder decoder(tty, log_decoder::line_bytes_max_default, stored.value());
  std::vector<log_line> out;
  feed(decoder, on_wire(since(file, decoder.since(), since_filter::every_frame)), out);
  decoder.ended(out);
  decoder.finish(out);
  return out;
}

// As Podman 5.8 stores them: each part of a line with the time when it was read of the terminal.
TEST(log_decoder, joins_the_parts_of_a_terminals_line_that_were_stamped_later) {
  const std::string part(4095, 'x');
  const std::vector<stored_message> file = {{stream_kind::tty, noon, part},
                                            {stream_kind::tty, noon + 61'003, part},
                                            {stream_kind::tty, noon + 90'210, "end\r\n"},
                                            {stream_kind::tty, noon + 90'210, "next\r\n"}};
  const std::vector<log_line> lines = {line(stream_kind::tty, noon, part + part + "end"),
                                       line(stream_kind::tty, noon + 90'210, "next")};
  const std::string bytes = on_wire(file);
  for (std::size_t cut = 0; cut <= bytes.size(); cut += 97) {
    log_decoder decoder(true);
    std::vector<log_line> out;
    feed(decoder, std::string_view(bytes).substr(0, cut), out);
    auto in_two_lives = out;
    for (const log_line& each : resumed(file, decoder.cursor(), true)) in_two_lives.push_back(each);
    EXPECT_EQ(in_two_lives, lines) << cut;
    decoder.reopened();
    feed(decoder, on_wire(since(file, decoder.since(), since_filter::every_frame)), out);
    EXPECT_EQ(out, lines) << cut;
  }
}

TEST(log_decoder, gives_no_line_twice_because_another_stream_has_begun_one) {
  const std::string part(16384, 'x');
  const std::vector<stored_message> file = {{stdout_stream, noon, part},
                                            {stderr_stream, noon + 5 * one_second, "a\n"},
                                            {stdout_stream, noon, part},
                                            {stderr_stream, noon + 6 * one_second, "b\n"},
                                            {stdout_stream, noon, "end\n"}};
  log_decoder decoder(false);
  std::vector<log_line> out;
  feed(decoder, on_wire(file), out);
  ASSERT_EQ(out.size(), 3u);
  const log_line whole = line(stdout_stream, noon, part + part + "end");
  EXPECT_THAT(resumed(file, out[0].cursor),
              ElementsAre(line(stderr_stream, noon + 6 * one_second, "b"), whole));
  EXPECT_THAT(resumed(file, out[1].cursor), ElementsAre(whole));
  EXPECT_THAT(resumed(file, out[2].cursor), IsEmpty());
}

TEST(log_decoder, begins_a_new_line_behind_what_finish_gave) {
  std::vector<stored_message> file = {{stdout_stream, noon, "half"},
                                      {stderr_stream, noon, "other half"}};
  log_decoder decoder(false);
  std::vector<log_line> out;
  feed(decoder, on_wire(file), out);
  decoder.finish(out);
  ASSERT_EQ(out.size(), 2u);
  file.push_back({stdout_stream, noon + 9, "again\n"});
  file.push_back({stderr_stream, noon + 9, "and again\n"});
  // If only the first was committed, the second was never over.
  EXPECT_THAT(resumed(file, out[0].cursor),
              ElementsAre(line(stdout_stream, noon + 9, "again"),
                          line(stderr_stream, noon, "other halfand again")));
  EXPECT_THAT(resumed(file, out[1].cursor),
              ElementsAre(line(stdout_stream, noon + 9, "again"),
                          line(stderr_stream, noon + 9, "and again")));
}

// A terminal's log has no frames: the next run's first stamp stands behind the prompt of the last.
TEST(log_decoder, begins_a_new_line_behind_a_prompt_that_finish_gave) {
  const log_line prompt = line(stream_kind::tty, noon + 1, "$ ");
  const log_line other_prompt = line(stream_kind::tty, noon + 2, "> ");
  const log_line hello = line(stream_kind::tty, noon + 3, "hello");
  for (const bool first_line : {false, true}) {
    std::vector<stored_message> file;
    if (first_line) file.push_back({stream_kind::tty, noon, "first\r\n"});
    log_decoder decoder(true);
    std::vector<log_line> out;
    const auto run = [&](timestamp time, const std::string& text) {
      file.push_back({stream_kind::tty, time, text});
      decoder.reopened();
      feed(decoder, on_wire(since(file, decoder.since())), out);
      decoder.ended(out);
      decoder.finish(out);
      decoder.finish(out);
    };
    run(noon + 1, "$ ");
    run(noon + 2, "> ");
    EXPECT_THAT(resumed(file, out.back().cursor, true), IsEmpty());
    run(noon + 3, "hello\r\n");
    if (first_line) out.erase(out.begin());
    ASSERT_THAT(out, ElementsAre(prompt, other_prompt, hello));
    EXPECT_THAT(resumed(file, out[0].cursor, true).size(), 1u);  // both runs, by the log one line
    EXPECT_THAT(resumed(file, out[1].cursor, true), ElementsAre(hello));
    EXPECT_THAT(resumed(file, out[2].cursor, true), IsEmpty());
    for (const log_line& each : out) EXPECT_FALSE(each.gap_before);
  }
}

TEST(log_decoder, tells_of_the_gap_when_the_log_begins_anew) {
  log_decoder before(false);
  std::vector<log_line> out;
  feed(before, on_wire(stored_message{stdout_stream, noon, "gone\n"}), out);
  log_decoder decoder(false, 100, out.back().cursor);
  decoder.ended(out);  // nothing is left
  EXPECT_EQ(out.size(), 1u);
  EXPECT_TRUE(decoder.searching());
  feed(decoder, on_wire(stored_message{stdout_stream, noon + one_second, "a\n"}), out);
  decoder.ended(out);  // and then silence
  feed(decoder, on_wire(stored_message{stdout_stream, noon + 2 * one_second, "b\n"}), out);
  ASSERT_THAT(out, ElementsAre(line(stdout_stream, noon, "gone"),
                               line(stdout_stream, noon + one_second, "a"),
                               line(stdout_stream, noon + 2 * one_second, "b")));
  EXPECT_TRUE(out[1].gap_before);
  EXPECT_FALSE(out[2].gap_before);
}

TEST(log_decoder, does_not_give_what_a_broken_opening_held) {
  const std::vector<stored_message> file = {{stdout_stream, noon, "a\n"},
                                            {stdout_stream, noon + 1, "b\n"}};
  log_decoder decoder(false);
  std::vector<log_line> out;
  feed(decoder, on_wire(file), out);
  decoder.reopened();
  feed(decoder, on_wire(file[0]), out);
  decoder.finish(out);
  EXPECT_EQ(out.size(), 2u);
}

TEST(log_decoder, cuts_a_begun_line_at_a_limit_that_was_lowered) {
  const std::vector<stored_message> file = {{stdout_stream, noon, "12345"},
                                            {stderr_stream, noon, "e\n"},
                                            {stdout_stream, noon, "67\n"},
                                            {stdout_stream, noon + 1, "a\n"}};
  log_decoder before(false);
  std::vector<log_line> out;
  feed(before, on_wire({file.begin(), file.begin() + 2}), out);
  log_decoder decoder(false, 4, out.back().cursor);
  out.clear();
  feed(decoder, on_wire(file), out);
  EXPECT_THAT(out, ElementsAre(log_line{stdout_stream, noon, "1234", true, false, {}},
                               line(stdout_stream, noon + 1, "a")));
}

// A log as programs make it: lines in parts, which all bear the stamp of the first, or on some
// terminals, Podman's, each its own; equal stamps; and streams whose stamps overtake each other by
// less than a second.
std::vector<stored_message> random_file(test::dice& random, bool tty) {
  std::vector<stored_message> out;
  timestamp clock = noon;
  std::array<timestamp, 3> last = {noon, noon, noon};
  std::array<bool, 3> open = {};
  const bool stamps_parts = tty && random.one_in(2);
  for (auto left = random.upto(40); left > 0; --left) {
    const auto stream = tty ? stream_kind::tty : static_cast<stream_kind>(random.upto(1));
    const auto at = static_cast<std::size_t>(stream);
    if (!random.one_in(3)) clock += static_cast<timestamp>(random.upto(one_second / 3));
    const auto lag =
        random.one_in(2) ? 0 : static_cast<timestamp>(random.upto(one_second * 9 / 10));
    if (!open[at] || stamps_parts) last[at] = std::max(last[at], clock - lag);
    open[at] = random.one_in(3);
    const std::string end = open[at] ? "" : tty ? "\r\n" : "\n";
    const std::string text = "<" + std::to_string(left) + ">" + std::string(random.upto(30), 'x');
    out.push_back({stream, last[at], text + end});
  }
  return out;
}

since_filter random_filter(test::dice& random) {
  return random.one_in(2) ? since_filter::first_match : since_filter::every_frame;
}

// Feeds `bytes` in pieces; may stop early, as a cut stream does.
void feed_some(test::dice& random, log_decoder& decoder, std::string_view bytes,
               std::vector<log_line>& out) {
  bytes = bytes.substr(0, random.upto(bytes.size()));
  while (!bytes.empty()) {
    const std::size_t size = 1 + random.upto(200);
    feed(decoder, bytes.substr(0, size), out);
    bytes.remove_prefix(std::min(size, bytes.size()));
  }
}

TEST(log_decoder, gives_each_line_once_however_often_it_is_cut) {
  for (const auto seed : test::seeds(3000)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    const bool tty = random.one_in(3);
    const auto file = random_file(random, tty);
    const auto filter = random_filter(random);
    log_decoder decoder(tty);
    std::vector<log_line> out;
    for (auto cuts = random.upto(5); cuts > 0; --cuts) {
      feed_some(random, decoder, on_wire(since(file, decoder.since(), filter)), out);
      if (random.one_in(2)) decoder.ended(out);  // an engine may end a log too early
      decoder.reopened();
    }
    feed(decoder, on_wire(since(file, decoder.since(), filter)), out);
    ASSERT_EQ(out, lines_of(file));
    ASSERT_EQ(decoder.count().lines, out.size());
    ASSERT_EQ(decoder.count().frames_released, 0u);
  }
}

TEST(log_decoder, loses_nothing_when_the_clock_is_set_back) {
  for (const auto seed : test::seeds(1000)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    auto file = random_file(random, false);
    for (auto& each : file) {
      if (random.one_in(4)) each.time -= static_cast<timestamp>(random.upto(60'000'000'000));
    }
    for (auto& each : file) each.text.back() = '\n';
    log_decoder decoder(false);
    std::vector<log_line> out;
    for (auto cuts = random.upto(5); cuts > 0; --cuts) {
      feed_some(random, decoder, on_wire(since(file, decoder.since())), out);
      decoder.reopened();
    }
    feed(decoder, on_wire(since(file, decoder.since())), out);
    decoder.finish(out);
    for (const log_line& expected : lines_of(file)) {
      ASSERT_THAT(out, testing::Contains(expected));  // duplicates are allowed
    }
  }
}

TEST(log_decoder, survives_any_bytes) {
  for (const auto seed : test::seeds(2000)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    const bool tty = random.one_in(2);
    std::string bytes = on_wire(random_file(random, tty));
    if (bytes.empty()) continue;
    for (auto changes = 1 + random.upto(6); changes > 0; --changes) {
      bytes[random.upto(bytes.size() - 1)] = char(random.upto(255));
    }
    log_decoder decoder(tty, 20);
    std::vector<log_line> out;
    const std::size_t cut = random.upto(bytes.size());
    if (decoder.feed(std::string_view(bytes).substr(0, cut), out)) {
      static_cast<void>(decoder.feed(std::string_view(bytes).substr(cut), out).has_value());
    }
    decoder.ended(out);
    decoder.finish(out);
    for (const log_line& each : out) ASSERT_LE(each.text.size(), 20u + 1);
  }
}

}  // namespace
}  // namespace gantry::engine
