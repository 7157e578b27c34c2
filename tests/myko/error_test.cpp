#include "myko/error.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace gantry::myko {
namespace {

TEST(errc, has_a_text_of_its_own_for_each_value) {
  std::set<std::string> texts;
  for (int value = static_cast<int>(errc::not_json); value <= static_cast<int>(errc::silent);
       ++value) {
    EXPECT_TRUE(texts.insert(category().message(value)).second) << value;
  }
  EXPECT_FALSE(texts.contains("unknown"));
  EXPECT_EQ(category().message(0), "unknown");
  EXPECT_STREQ(category().name(), "myko");
}

TEST(errc, is_an_error_code) {
  const boost::system::error_code code = errc::silent;
  EXPECT_TRUE(code);
  EXPECT_EQ(code, errc::silent);
  EXPECT_NE(code, errc::not_json);
}

}  // namespace
}  // namespace gantry::myko
