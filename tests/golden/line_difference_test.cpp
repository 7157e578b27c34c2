#include "tests/golden/line_difference.hpp"

#include <gtest/gtest.h>

namespace gantry::test {
namespace {

TEST(LineDifference, IsNothingOfWhatIsEqual) {
  EXPECT_EQ(difference({}, {}), "");
  EXPECT_EQ(difference({"a", "b"}, {"a", "b"}), "");
}

TEST(LineDifference, NamesTheLineAndWhatStandsInItsPlace) {
  EXPECT_EQ(difference({"a", "b", "c"}, {"a", "x", "c"}), "at line 2:\n  - b\n  + x\n");
  EXPECT_EQ(difference({"a", "c"}, {"a", "b", "c"}), "at line 2:\n  + b\n");
  EXPECT_EQ(difference({"a", "b"}, {"a"}), "at line 2:\n  - b\n");
}

TEST(LineDifference, ShowsOfALongLineWhatDiffers) {
  const std::string same(500, '=');
  const std::string out = difference({same + "old" + same}, {same + "new" + same});
  EXPECT_NE(out.find("===old==="), std::string::npos) << out;
  EXPECT_NE(out.find("===new==="), std::string::npos) << out;
  EXPECT_LT(out.size(), 600U) << out;
}

TEST(LineDifference, ShowsTheFirstOfMany) {
  EXPECT_EQ(difference({"1", "=", "2", "=", "3"}, {"a", "=", "b", "=", "c"}, 1),
            "at line 1:\n  - 1\n  + a\nand 2 more places\n");
}

}  // namespace
}  // namespace gantry::test
