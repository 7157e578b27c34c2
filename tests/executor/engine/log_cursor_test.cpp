#include "executor/engine/log_cursor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log_bytes.hpp"
#include "tests/support/seed.hpp"

namespace gantry::engine {
namespace {

using testing::HasSubstr;
using enum stream_kind;

log_place random_place(test::dice& random) {
  return {noon - std::int64_t(random.upto(1) * 2) * noon + std::int64_t(random.upto(1'000'000'000)),
          std::uint32_t(1 + random.upto(0xFFFF'FFFE)), std::uint32_t(random.upto(0xFFFF'FFFF))};
}

log_cursor random_cursor(test::dice& random) {
  log_cursor out;
  const bool is_tty = random.one_in(2);
  if (is_tty) out.stream = stream_kind::tty;
  for (const stream_kind each : all_streams) {
    if ((each == stream_kind::tty) != is_tty || (each != out.stream && random.one_in(2))) continue;
    out.seen[index(each)] = random_place(random);
    if (random.one_in(2))
      out.open[index(each)] =
          open_line{random_place(random), std::uint32_t(1 + random.upto(9)), random.one_in(2)};
  }
  if (is_tty && random.one_in(2)) {
    out.tail = log_tail{noon, std::uint32_t(1 + random.upto(99)), std::uint32_t(random.upto(99))};
  }
  return out;
}

TEST(log_cursor, is_the_same_after_it_was_stored) {
  for (const auto seed : test::seeds(2000)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    const log_cursor cursor = random_cursor(random);
    const auto read = parse_log_cursor(to_json(cursor).bytes);
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(*read, cursor);
  }
  EXPECT_EQ(parse_log_cursor(to_json(log_cursor{}).bytes).value(), log_cursor{});
}

// What is stored outlives this version of gantry: a change here needs a new version number.
TEST(log_cursor, is_written_as_ever) {
  log_cursor cursor;
  cursor.stream = stderr_stream;
  cursor.seen = {log_place{noon, 2, 7}, log_place{noon + 5, 1, digest_of("e\n")}, std::nullopt};
  cursor.open[0] = open_line{{noon, 1, 6}, 3, true};
  EXPECT_EQ(to_json(cursor).bytes,
            R"({"last":"stderr","open":{"stdout":[1714564800000000000,1,6,3,1]},)"
            R"("seen":{"stderr":[1714564800000000005,1,215924066],)"
            R"("stdout":[1714564800000000000,2,7]},"v":1})");
  EXPECT_EQ(digest_of("a text of more than eight bytes\n"), 307788984u);
}

TEST(log_cursor, says_what_it_does_not_understand) {
  const auto why = [](std::string_view text) {
    const auto read = parse_log_cursor(text);
    return read ? "nothing" : read.error().message;
  };
  EXPECT_THAT(why(""), HasSubstr("not JSON"));
  EXPECT_THAT(why("null"), HasSubstr("no version"));
  EXPECT_THAT(why("[1]"), HasSubstr("no version"));
  EXPECT_THAT(why(R"({"v":2,"new":true})"), HasSubstr("version 2, we know 1"));
  EXPECT_THAT(why(R"({"v":1,"seen":{}})"), HasSubstr("\"last\" is missing"));
  EXPECT_THAT(why(R"({"v":1,"last":"stdin","seen":{}})"), HasSubstr("\"last\""));
  EXPECT_THAT(why(R"({"v":1,"last":"tty","seen":{},"more":1})"), HasSubstr("\"more\""));
  for (const char* place : {"[1,1]", "[1,1,1,1]", "[1,0,1]", "[1,1,-1]", "[1,1,4294967296]",
                            "[1.5,1,1]", "[9223372036854775807,1,1]", "\"1\"", "{}"}) {
    EXPECT_THAT(why(R"({"v":1,"last":"tty","seen":{"tty":)" + std::string(place) + "}}"),
                HasSubstr("\"seen\""))
        << place;
  }
  EXPECT_THAT(why(R"({"v":1,"last":"tty","seen":{"tty":[1,1,1]},"open":{"tty":[1,1,1,1,2]}})"),
              HasSubstr("\"open\""));
  EXPECT_THAT(why(R"({"v":1,"last":"tty","seen":{},"tail":[1,0,1]})"), HasSubstr("\"tail\""));
  EXPECT_THAT(why(R"({"v":1,"last":"tty","seen":{"stdout":[1,1,1]}})"), HasSubstr("contradict"));
  EXPECT_THAT(why(R"({"v":1,"last":"tty","seen":{},"open":{"tty":[1,1,1,1,0]}})"),
              HasSubstr("contradict"));
  EXPECT_THAT(why(R"({"v":1,"last":"stdout","seen":{},"tail":[1,1,1]})"), HasSubstr("contradict"));
}

TEST(log_cursor, survives_any_bytes) {
  for (const auto seed : test::seeds(2000)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    std::string bytes = to_json(random_cursor(random)).bytes;
    for (auto changes = 1 + random.upto(3); changes > 0; --changes) {
      bytes[random.upto(bytes.size() - 1)] = char(random.upto(255));
    }
    const auto read = parse_log_cursor(bytes);
    if (read) {
      ASSERT_EQ(parse_log_cursor(to_json(*read).bytes).value(), *read);
    } else {
      ASSERT_THAT(read.error().message, HasSubstr("not understood"));
    }
  }
}

TEST(log_cursor, needs_the_log_from_the_oldest_of_its_places) {
  log_cursor cursor;
  EXPECT_EQ(cursor.needed_from(), std::nullopt);
  cursor.seen[0] = log_place{noon, 1, 0};
  cursor.seen[1] = log_place{noon - 9, 1, 0};  // of the other stream, and done with
  EXPECT_EQ(cursor.needed_from(), noon);
  cursor.open[1] = open_line{{noon - 5, 1, 0}, 1, true};
  EXPECT_EQ(cursor.needed_from(), noon - 5);
}

}  // namespace
}  // namespace gantry::engine
