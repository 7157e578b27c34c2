#include "executor/slots/ecma_pattern.hpp"

#include <gmock/gmock.h>

#include "executor/slots/schema_pattern.hpp"

namespace gantry::slots {
namespace {

using testing::HasSubstr;
using testing::Optional;

bool matches(std::string_view pattern, std::string_view text) {
  const auto compiled = schema_pattern::compile(pattern);
  EXPECT_TRUE(compiled) << pattern << ": " << compiled.error().message;
  return compiled && compiled->is_in(text);
}

// Why it is not taken; empty: it is.
std::string pattern_refusal(std::string_view pattern) {
  const auto compiled = schema_pattern::compile(pattern);
  return compiled ? "" : compiled.error().message;
}

TEST(EcmaPattern, IsSearchedForAnywhere) {
  EXPECT_TRUE(matches("b", "abc"));
  EXPECT_FALSE(matches("^b", "abc"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_TRUE(matches("^a+$", "aaa"));
  EXPECT_FALSE(matches("^a+$", "aaa\n")) << "$ is the very end";
  EXPECT_FALSE(matches("^b$", "a\nb\nc")) << "and no end of a line";
}

TEST(EcmaPattern, GoesByCharacters) {
  EXPECT_TRUE(matches("^.$", "ä"));
  EXPECT_TRUE(matches("^.{2}$", "a\U0001F600"));
  EXPECT_TRUE(matches("^[ä-ü]$", "ö"));
  EXPECT_FALSE(matches("^[^ä]$", "ä"));
  EXPECT_FALSE(matches("^.$", "\n"));
  EXPECT_FALSE(matches("^.$", "\u2028"));
  EXPECT_TRUE(matches("^[^]$", "\n"));
  EXPECT_FALSE(matches("[]", "a"));
  EXPECT_TRUE(matches("^a\\0b$", std::string_view("a\0b", 3)));
}

TEST(EcmaPattern, KnowsTheEscapesOfEcma) {
  EXPECT_TRUE(matches(R"(^\d\w\/\-\.\_$)", "5x/-._"));
  EXPECT_FALSE(matches(R"(^\d$)", "\u0665")) << "digits are those of ASCII";
  EXPECT_FALSE(matches(R"(^\w$)", "ä"));
  EXPECT_TRUE(matches(R"(^\u00e4\xe4\u{1F600}\uD83D\uDE00$)", "ää\U0001F600\U0001F600"));
  EXPECT_TRUE(matches(R"(^\cJ\t\v$)", "\n\t\v"));
  EXPECT_TRUE(matches(R"(^\s+$)", " \t\v\u00a0\u2003\u3000\ufeff"));
  EXPECT_FALSE(matches(R"(\S)", " \t\v\u00a0\u2003\u3000\ufeff"));
  EXPECT_TRUE(matches(R"(^[\S\b]+$)", "a\b"));
  EXPECT_TRUE(matches(R"(^[\w\W]$)", "\n"));
  EXPECT_TRUE(matches(R"(^[[:alpha:]+$)", "[:alph:")) << "no class by name";
  EXPECT_TRUE(matches(R"(^[\d-x]+$)", "5-x"));
  EXPECT_TRUE(matches(R"(^\p{L}\p{Script=Greek}\p{Lowercase_Letter}\P{N}$)", "Aβcd"));
  EXPECT_TRUE(matches(R"(\bfoo\b)", "a foo b"));
  EXPECT_TRUE(matches(R"(^(?<year>\d{4})-(?:x)$)", "2026-x"));
  EXPECT_TRUE(matches(R"(^a{x}]}$)", "a{x}]}"));
}

TEST(EcmaPattern, TakesAnEscapedBackslashForOne) {
  EXPECT_TRUE(matches(R"(^\\d$)", R"(\d)"));
  EXPECT_FALSE(matches(R"(^\\d$)", "5"));
  EXPECT_TRUE(matches(R"(^[\\/]+$)", R"(\/)"));
  EXPECT_TRUE(matches(R"(^C:\\temp\\$)", R"(C:\temp\)"));
  EXPECT_EQ(pattern_refusal(std::string(1'000'000, '\\')).find("backslash"), std::string::npos);
}

TEST(EcmaPattern, RefusesWhatCannotBeMatchedInLinearTime) {
  for (const char* each : {"(?=a)", "(?!a)", "(?<=a)b", "(?<!a)b"}) {
    EXPECT_THAT(pattern_refusal(each), HasSubstr("look-around")) << each;
  }
  for (const char* each : {R"((a)\1)", R"((?<n>a)\k<n>)", R"([\1])"}) {
    EXPECT_THAT(pattern_refusal(each), HasSubstr("back-reference")) << each;
  }
}

TEST(EcmaPattern, RefusesWhatIsNoneWithAReason) {
  for (const char* each : {"[",         "(",        ")",
                           "a)",        "*",        "a**",
                           "[b-a]",     "\\",       "(?i)a",
                           "(?<n",      "(?P<n>a)", R"(\A)",
                           R"(\Z)",     R"(\Qa\E)", R"(\x1)",
                           R"(\u12)",   R"(\u{})",  R"(\u{110000})",
                           R"(\ud800)", R"(\c1)",   R"(\p{Nothing})",
                           R"(\p)",     R"(\p{)",   R"([\B])",
                           "a{2,1}"}) {
    EXPECT_NE(pattern_refusal(each), "") << each;
  }
  EXPECT_THAT(pattern_refusal("^.{1,4096}$"), HasSubstr("more than 1,000 times"));
  EXPECT_THAT(pattern_refusal("((a{1,100}){1,100}){1,100}"), HasSubstr("more than 1,000 times"));
  std::string large;
  for (int each = 0; each < 20; ++each) large += R"(\p{L}{0,1000})";
  EXPECT_THAT(pattern_refusal(large), HasSubstr("memory"));
  EXPECT_NE(pattern_refusal(std::string(100'000, '(')), "");
  EXPECT_NE(pattern_refusal("\xff"), "");
}

// Libstdc++'s regular expressions called themselves for each character: this was the end of them.
TEST(EcmaPattern, TakesTextsOfAnyLength) {
  const char* const letters = "^([A-Za-z0-9 _.-]|ä|ö|ü|ß|Ä|Ö|Ü|é|è|à|ç)*$";
  for (const std::size_t size : {4'096U, 1U << 20U}) {
    EXPECT_TRUE(matches(letters, std::string(size, 'A')));
    EXPECT_FALSE(matches(letters, std::string(size, 'A') + "!"));
    EXPECT_FALSE(matches("^(a+)+$", std::string(size, 'a') + "b")) << "nor does it go back";
  }
}

}  // namespace
}  // namespace gantry::slots
