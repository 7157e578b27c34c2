#include "executor/slots/schema_words.hpp"

#include <gtest/gtest.h>

namespace gantry::slots {
namespace {

TEST(SchemaWords, ShortensATitleByItsCharacters) {
  EXPECT_EQ(short_title(""), "");
  EXPECT_EQ(short_title(std::string(40, 'x')), std::string(40, 'x'));
  EXPECT_EQ(short_title(std::string(41, 'x')), std::string(39, 'x') + "…");
  std::string umlauts;
  for (int each = 0; each < 40; ++each) umlauts += "ü";
  EXPECT_EQ(characters_in(umlauts), 40U);
  EXPECT_EQ(short_title(umlauts), umlauts);
  const std::string cut = short_title(umlauts + "ü");
  EXPECT_EQ(characters_in(cut), 40U);
  EXPECT_EQ(cut, umlauts.substr(0, 39 * 2) + "…");
}

}  // namespace
}  // namespace gantry::slots
