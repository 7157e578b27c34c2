// What is told of what is dropped.
#include "myko/server/drop_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

using testing::HasSubstr;
using testing::Optional;

TEST(drop_log, tells_each_reason_once) {
  drop_log log;
  EXPECT_EQ(log.line_for("Emitter e: schema is no object"),
            "dropped: Emitter e: schema is no object");
  EXPECT_EQ(log.line_for("Emitter e: schema is no object"), std::nullopt);
  EXPECT_EQ(log.line_for("Emitter f: schema is no object"),
            "dropped: Emitter f: schema is no object");
}

TEST(drop_log, writes_no_control_characters) {
  drop_log log;
  EXPECT_EQ(log.line_for("Target a\nb\x1b[31m\x7f\xC2\x9Bx \xC3\xA9"),
            "dropped: Target a?b?[31m??x \xC3\xA9");
}

TEST(drop_log, cuts_what_is_long_between_characters) {
  drop_log log;
  std::string text;
  for (int at = 0; at < 1'000; ++at) text += "\xC3\xA9";
  const auto line = log.line_for("x" + text);
  ASSERT_TRUE(line);
  EXPECT_LE(line->size(), drop_log::text_bytes_max + 20);
  EXPECT_TRUE(line->ends_with("\xC3\xA9 ..."));
}

TEST(drop_log, comes_to_an_end) {
  drop_log log;
  for (std::size_t at = 0; at < drop_log::reasons_max; ++at) {
    ASSERT_TRUE(log.line_for(std::to_string(at)));
  }
  EXPECT_THAT(log.line_for("one more"), Optional(HasSubstr("no more of it")));
  EXPECT_EQ(log.line_for("and another"), std::nullopt);
}

}  // namespace
}  // namespace gantry::myko
