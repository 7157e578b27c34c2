// What a stranger sent, in a line of ours.
#include "myko/printable.hpp"

#include <gtest/gtest.h>

namespace gantry::myko::test {
namespace {

TEST(printable, begins_no_line_and_colours_nothing) {
  EXPECT_EQ(printable("a\n\x1b[31mb\xc3\xa9"), "a??[31mb??");
  EXPECT_EQ(printable(std::string_view("a\0b", 3)), "a?b");
}

TEST(printable, is_short) {
  EXPECT_EQ(printable("abcdef", 6), "abcdef");
  EXPECT_EQ(printable("abcdefg", 6), "abcdef...");
}

}  // namespace
}  // namespace gantry::myko::test
