#include "model/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/seed.hpp"

namespace gantry::json {
namespace {

std::string round_trip(std::string_view bytes) {
  const auto parsed = parse(bytes);
  return parsed ? write(*parsed) : parsed.error().message;
}

bool is_json(std::string_view bytes) { return parse(bytes).has_value(); }

TEST(json_parse, reads_every_type) {
  for (const char* each :
       {"null", "true", "false", "0", "-1", "1.5", R"("a")", "[]", "{}", R"({"a":[1,{"b":null}]})",
        "9223372036854775807", "-9223372036854775808", "18446744073709551615"}) {
    EXPECT_EQ(round_trip(each), each);
  }
}

TEST(json_parse, drops_white_space) { EXPECT_EQ(round_trip(" { \"a\" :\n1 }\t"), R"({"a":1})"); }

TEST(json_parse, keeps_doubles_exactly) {
  for (const char* each : {"0.1", "3.141592653589793", "1e300", "2.5e-8", "0.30000000000000004"}) {
    const auto parsed = parse(each);
    ASSERT_TRUE(parsed) << each;
    const auto again = parse(write(*parsed));
    EXPECT_EQ(again->GetDouble(), std::stod(each)) << each;
  }
}

TEST(json_parse, takes_integers_of_more_than_64_bits_as_doubles) {
  const auto parsed = parse(R"({"n":123456789012345678901234567890,"m":-99999999999999999999})");
  ASSERT_TRUE(parsed);
  EXPECT_DOUBLE_EQ((*parsed)["n"].GetDouble(), 123456789012345678901234567890.0);
  EXPECT_DOUBLE_EQ((*parsed)["m"].GetDouble(), -99999999999999999999.0);
}

TEST(json_parse, takes_an_integer_of_more_than_64_bits_alone) {
  const auto parsed = parse(R"({"n":123456789012345678901234})");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_DOUBLE_EQ((*parsed)["n"].GetDouble(), 123456789012345678901234.0);
}

// Beside an integer of more than 64 bits another parser reads the numbers.
TEST(json_parse, reads_numbers_of_any_length) {
  const std::string zeros(400, '0');
  const auto parsed = parse("[99999999999999999999,0." + zeros + ",0." + zeros + "1e401,1e-400]");
  ASSERT_TRUE(parsed) << parsed.error().message;
  EXPECT_EQ((*parsed)[1].GetDouble(), 0.0);
  EXPECT_EQ((*parsed)[2].GetDouble(), 1.0);
  EXPECT_EQ((*parsed)[3].GetDouble(), 0.0);
  for (const std::string& each : {std::string("1.5e309"), "1" + zeros, "1" + zeros + "e-200"}) {
    EXPECT_FALSE(is_json("[99999999999999999999," + each + "]")) << each;
  }
}

// What a parser does with it is its own affair (RFC 8259, section 8.1), and theirs differ.
TEST(json_parse, refuses_a_byte_order_mark) {
  for (const std::string text : {"{}", "1", "", R"({"n":123456789012345678901234})"}) {
    const auto parsed = parse("\xEF\xBB\xBF" + text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_THAT(parsed.error().message, testing::HasSubstr("byte order mark"));
  }
  EXPECT_TRUE(is_json("\"\xEF\xBB\xBF\""));
}

TEST(json_parse, refuses_what_is_no_json_value) {
  for (const std::string_view each : {"",
                                      " ",
                                      "{",
                                      "}",
                                      "nul",
                                      "'a'",
                                      "{a:1}",
                                      "[1,]",
                                      "{\"a\":1,}",
                                      "01",
                                      "1.",
                                      "+1",
                                      "NaN",
                                      "Infinity",
                                      "1 2",
                                      "{} {}",
                                      "\"\n\"",
                                      "\"\\x\"",
                                      "// c\n1",
                                      "Error parsing message",
                                      "\"open",
                                      "[1",
                                      "-",
                                      "1e400",
                                      "[99999999999999999999",
                                      "99999999999999999999 1"}) {
    EXPECT_FALSE(is_json(each)) << each;
  }
}

TEST(json_parse, says_why) {
  EXPECT_THAT(parse("Error parsing message").error().message, testing::StartsWith("not JSON: "));
}

TEST(json_parse, refuses_bytes_that_are_no_utf_8) {
  EXPECT_FALSE(is_json("\"\xff\""));
  EXPECT_FALSE(is_json("\"\xc3\""));
  EXPECT_FALSE(is_json("\"\xed\xa0\x80\""));                 // a surrogate
  EXPECT_FALSE(is_json("[99999999999999999999,\"\xff\"]"));  // with the second parser
  EXPECT_FALSE(is_json(std::string_view("\"a\0b\"", 5)));    // a bare NUL
  EXPECT_FALSE(is_json(std::string_view("{}\0", 3)));
}

TEST(json_parse, keeps_escaped_nul_in_strings) {
  const auto parsed = parse(R"({"a\u0000b":"c\u0000d"})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(find_string(*parsed, std::string_view("a\0b", 3)), std::string_view("c\0d", 3));
}

TEST(json_parse, joins_pairs_of_surrogates) { EXPECT_EQ(round_trip(R"("\ud83d\ude80")"), "\"🚀\""); }

// A string that was cut in the middle of a pair is still written that way by JavaScript; a command
// that holds one is owed an answer like any other.
TEST(json_parse, replaces_lone_surrogates) {
  EXPECT_EQ(round_trip(R"("a\ud83d")"), "\"a\uFFFD\"");
  EXPECT_EQ(round_trip(R"("\ude80b")"), "\"\uFFFDb\"");
  EXPECT_EQ(round_trip(R"("\ud83d\ud83d\ude80")"), "\"\uFFFD🚀\"");
  EXPECT_EQ(round_trip(R"("\ud83dx\u0041")"), "\"\uFFFDxA\"");
  EXPECT_EQ(round_trip(R"("\\ud83d")"), R"("\\ud83d")");
  EXPECT_EQ(round_trip(R"(["\\\ud83d",99999999999999999999])"),
            "[\"\\\\\uFFFD\",100000000000000000000.0]");
  EXPECT_FALSE(is_json(R"("\ud83)"));
  EXPECT_FALSE(is_json(R"("\ud83d)"));
  EXPECT_FALSE(is_json(R"("\ud83d\x")"));
}

TEST(json_parse, bounds_nesting) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_TRUE(is_json(nested(400)));
  EXPECT_FALSE(is_json(nested(600)));
  EXPECT_FALSE(is_json(nested(1'000'000)));
  EXPECT_FALSE(is_json(std::string(1'000'000, '[')));
  EXPECT_FALSE(is_json("[99999999999999999999," + nested(100'000) + "]"));
}

TEST(json_parse, lets_the_first_of_two_equal_keys_win) {
  EXPECT_EQ(find_string(*parse(R"({"a":"1","a":"2"})"), "a"), "1");
}

TEST(json_parse, survives_truncation_and_mutation) {
  const std::string whole = R"({"a":[1,-2.5e3,"ü\ud83d\ude80\n",true],"b":{"c":null}})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(is_json(whole.substr(0, size))) << size;
  }
  for (const std::uint64_t seed : test::seeds(2'000)) {
    test::dice dice(seed);
    std::string bytes = whole;
    for (std::size_t times = 1 + dice.upto(3); times > 0; --times) {
      bytes[dice.upto(bytes.size() - 1)] = static_cast<char>(dice.upto(255));
    }
    const auto parsed = parse(bytes);
    if (parsed) {
      EXPECT_TRUE(is_json(write(*parsed))) << test::seed_text(seed);
    }
  }
}

TEST(json_canonical, does_not_depend_on_the_order_of_keys) {
  EXPECT_EQ(canonical(*parse(R"({"b":1,"a":{"d":[{"z":1,"y":2}],"c":""}})")),
            R"({"a":{"c":"","d":[{"y":2,"z":1}]},"b":1})");
}

TEST(json_canonical, keeps_the_order_of_lists) {
  EXPECT_EQ(canonical(*parse("[2,1]")), "[2,1]");
  EXPECT_EQ(canonical(*parse("7")), "7");
}

TEST(json_canonical, sorts_keys_by_their_bytes) {
  EXPECT_EQ(canonical(*parse(R"({"ä":1,"a":2,"Z":3,"":4})")), R"({"":4,"Z":3,"a":2,"ä":1})");
}

TEST(json_find, treats_all_that_is_missing_alike) {
  const auto object = *parse(R"({"a":"x","n":1,"z":null})");
  EXPECT_NE(find(object, "z"), nullptr);
  EXPECT_EQ(find(object, "none"), nullptr);
  EXPECT_EQ(find(*parse("[]"), "a"), nullptr);
  EXPECT_EQ(find(*parse("1"), "a"), nullptr);
  EXPECT_EQ(find_string(object, "a"), "x");
  EXPECT_EQ(find_string(object, "n"), std::nullopt);
  EXPECT_EQ(find_string(object, "z"), std::nullopt);
  EXPECT_EQ(find_string(*parse("null"), "a"), std::nullopt);
}

}  // namespace
}  // namespace gantry::json
