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

TEST(SlotReport, NamesWhatCoresGetInASimplerForm) {
  slot_template slot;
  slot.name = "echo";
  EXPECT_EQ(report_published(slot, schema_words::titles), "");
  slot.input = json::text{R"({"type":"object","properties":{"n":{"type":["integer","null"]},)"
                          R"("any":true}})"};
  EXPECT_EQ(report_published(slot, schema_words::titles),
            "note    slot echo: input, at #/properties/n: of its types [\"integer\",\"null\"] "
            "only integer is published\n"
            "note    slot echo: input, at #/properties/any: true is published as a schema that "
            "takes anything\n");
}

}  // namespace
}  // namespace gantry::slots
