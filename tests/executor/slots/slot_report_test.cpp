#include "executor/slots/slot_report.hpp"

#include <gmock/gmock.h>

namespace gantry::slots {
namespace {

using testing::HasSubstr;

TEST(SlotReport, TellsImagePolicyAndRelaxations) {
  slot_template slot;
  slot.name = "echo";
  slot.image = "box";
  EXPECT_EQ(report(slot, image_presence::there),
            "slot    echo: image box is there; 1 at a time, then an error\n"
            "        hardened: nothing is relaxed\n");
  EXPECT_THAT(report(slot, image_presence::missing), HasSubstr("MISSING"));
  EXPECT_FALSE(is_usable(slot, image_presence::missing));
  slot.pull = pull::missing;
  slot.network = "bridge";
  slot.when_full = when_full::queue;
  EXPECT_THAT(report(slot, image_presence::missing),
              testing::AllOf(HasSubstr("the first run pulls it"), HasSubstr("up to 64 wait"),
                             HasSubstr("        relaxed: network bridge\n")));
  EXPECT_TRUE(is_usable(slot, image_presence::missing));
}

}  // namespace
}  // namespace gantry::slots
