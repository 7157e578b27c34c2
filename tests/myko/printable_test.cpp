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

TEST(printable_address, hides_a_user_a_password_and_a_query) {
  EXPECT_EQ(printable_address("ws://core:5155/myko"), "ws://core:5155/myko");
  EXPECT_EQ(printable_address("tcp://me:s3cret@box:1"), "...@box:1");
  EXPECT_EQ(printable_address("@box"), "@box");
  EXPECT_EQ(printable_address("ws://core/?token=s3cret"), "ws://core/?...");
  EXPECT_EQ(printable_address("ws://me:s3cret@core/?token=s3cret"), "...@core/?...");
  EXPECT_EQ(printable_address("ws://core/?token=s3cret@x"), "...");
  EXPECT_EQ(printable_address("a\nb"), "a?b");
}

}  // namespace
}  // namespace gantry::myko::test
