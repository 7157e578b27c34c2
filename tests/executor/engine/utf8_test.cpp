#include "executor/engine/utf8.hpp"

#include <gtest/gtest.h>

#include "model/json.hpp"
#include "tests/support/seed.hpp"

namespace gantry::engine {
namespace {

const std::string bad = "\xEF\xBF\xBD";

TEST(visible_utf8, keeps_valid_text) {
  for (const std::string text :
       {"", "a", "plain text of more than eight bytes", "tab\tbell\a escape\x1b[0m delete\x7f",
        "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x9A\x80", "12345678\xC3\xA4", "\xED\x9F\xBF",
        "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(visible_utf8(text), text);
  }
}

TEST(visible_utf8, shows_nul) {
  EXPECT_EQ(visible_utf8(std::string_view("a\0b", 3)),
            "a\xE2\x90\x80"
            "b");
  EXPECT_EQ(visible_utf8(std::string(9, '\0')).size(), 27u);
}

// The examples of the Unicode standard, section 3.9, tables 3-8 to 3-11.
TEST(visible_utf8, replaces_each_maximal_invalid_part) {
  EXPECT_EQ(visible_utf8("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"),
            bad + bad + bad + bad + bad + bad + bad + bad + "A");
  EXPECT_EQ(visible_utf8("\xED\xA0\x80\xED\xBF\xBF\xED\xAF\x41"),
            bad + bad + bad + bad + bad + bad + bad + bad + "A");
  EXPECT_EQ(visible_utf8("\xF4\x91\x92\x93\xFF\x41\x80\xBF\x42"),
            bad + bad + bad + bad + bad + "A" + bad + bad + "B");
  EXPECT_EQ(visible_utf8("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"), bad + bad + bad + bad + "A");
}

TEST(visible_utf8, replaces_what_is_cut_off_at_the_end) {
  EXPECT_EQ(visible_utf8("a\xE2\x82"), "a" + bad);
  EXPECT_EQ(visible_utf8("a\xF0\x9F\x9A"), "a" + bad);
  EXPECT_EQ(visible_utf8("a\xC3"), "a" + bad);
}

TEST(visible_utf8, makes_any_bytes_valid_and_changes_them_no_further) {
  for (const auto seed : test::seeds(500)) {
    SCOPED_TRACE(test::seed_text(seed));
    test::dice random(seed);
    std::string bytes;
    for (auto left = random.upto(100); left > 0; --left) {
      bytes += char(random.one_in(2) ? random.upto(127) : 0x80 + random.upto(127));
    }
    const std::string once = visible_utf8(bytes);
    EXPECT_EQ(visible_utf8(once), once);
    rapidjson::Value text(once.data(), rapidjson::SizeType(once.size()));
    EXPECT_TRUE(json::parse(json::write(text)).has_value());  // refuses invalid UTF-8
  }
}

}  // namespace
}  // namespace gantry::engine
