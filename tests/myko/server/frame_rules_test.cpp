// Frames that serde_json refuses and other readers take.
#include "myko/server/frame_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::myko {
namespace {

using testing::HasSubstr;
using testing::Optional;

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

TEST(frame_rules, refuse_what_is_nested_too_deeply) {
  EXPECT_EQ(frame_fault(nested(nesting_max)), std::nullopt);
  EXPECT_THAT(frame_fault(nested(nesting_max + 1)), Optional(HasSubstr("nested")));
}

TEST(frame_rules, count_levels_and_not_brackets) {
  std::string many = "[";
  for (int at = 0; at < 1'000; ++at) many += R"({"a":[]},)";
  EXPECT_EQ(frame_fault(many + "1]"), std::nullopt);
}

TEST(frame_rules, pass_over_what_stands_in_strings) {
  const std::string brackets(200, '[');
  EXPECT_EQ(frame_fault("[\"" + brackets + "\"]"), std::nullopt);
  EXPECT_EQ(frame_fault(R"(["\"", ")" + brackets + "\"]"), std::nullopt);
  EXPECT_EQ(frame_fault(R"(["\\",)" + nested(3) + "]"), std::nullopt);
}

TEST(frame_rules, refuse_half_a_surrogate_pair) {
  for (const char* bad : {R"("\ud83d")", R"("\ud83dx")", R"("\ude00")", R"("\ud83dA")",
                          R"("\ud83d\n")", R"({"\ud83d":1})"}) {
    EXPECT_THAT(frame_fault(bad), Optional(HasSubstr("surrogate"))) << bad;
  }
  for (const char* good : {R"("\ud83d\ude00")", R"("A\u0000")", R"("\\ud83d")"}) {
    EXPECT_EQ(frame_fault(good), std::nullopt) << good;
  }
}

TEST(frame_rules, refuse_numbers_that_no_double_holds) {
  EXPECT_THAT(frame_fault("[1e400]"), Optional(HasSubstr("double")));
  EXPECT_EQ(frame_fault("[1e300,123456789012345678901234567890]"), std::nullopt);
}

TEST(frame_rules, refuse_every_beginning_of_a_frame) {
  const std::string whole = R"({"a":"\ud83d\ude00\\","b":[1,{"c":"\u0041"}]})";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(frame_fault(std::string_view(whole).substr(0, size)), Optional(HasSubstr("JSON")));
  }
  EXPECT_EQ(frame_fault(whole), std::nullopt);
}

}  // namespace
}  // namespace gantry::myko
