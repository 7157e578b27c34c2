#include "executor/engine/base64.hpp"

#include <gtest/gtest.h>

namespace gantry::engine {
namespace {

TEST(base64, has_the_alphabet_of_urls) {
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg==");
  EXPECT_EQ(base64url("fo"), "Zm8=");
  EXPECT_EQ(base64url("foo"), "Zm9v");
  EXPECT_EQ(base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("\xFB\xFF\xBE"), "-_--");
}

TEST(base64, is_read_in_every_dress) {
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm8"), "fo");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("+/++"), decode_base64("-_--"));
  EXPECT_EQ(decode_base64(""), "");
  for (const char* text : {"Z", "Zm9vY", "Zm 8=", "Zm8=Zm8=", "===", "\xFF"}) {
    EXPECT_FALSE(decode_base64(text)) << text;
  }
}

TEST(base64, comes_back_as_it_was) {
  std::string bytes;
  for (int each = 0; each < 300; ++each) {
    EXPECT_EQ(decode_base64(base64url(bytes)), bytes);
    bytes += static_cast<char>(each * 37);
  }
}

}  // namespace
}  // namespace gantry::engine
