#include "executor/fleet/event_facts.hpp"

#include <gmock/gmock.h>

namespace gantry::fleet {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(EventFacts, KnowWhatMattersToAContainer) {
  for (const char* each : {"create", "die", "oom", "rename", "destroy", "health_status: healthy"}) {
    EXPECT_TRUE(is_relevant(each)) << each;
  }
  for (const char* each : {"exec_start: sh", "attach", "resize", ""}) {
    EXPECT_FALSE(is_relevant(each)) << each;
  }
}

TEST(EventFacts, MakeASummaryOfWhatAnEventTells) {
  engine::event event;
  event.id = "a1";
  event.attributes = {{"name", "web"}, {"image", "app:1"}, {"venue", "main"}};
  event.time = 1'700'000'000'999'999'999;
  const auto out = summary_of(event);
  EXPECT_EQ(out.id, "a1");
  EXPECT_EQ(out.name, "web");
  EXPECT_EQ(out.image, "app:1");
  EXPECT_EQ(out.created, 1'700'000'000);
  EXPECT_THAT(out.labels, ElementsAre(Pair("venue", "main")));
}

TEST(EventFacts, TellAnEndedContainerFromANewOne) {
  engine::container_details details;
  details.summary.state = engine::container_state::exited;
  EXPECT_FALSE(has_ended(details)) << "it has never run";
  details.finished_at = 7;
  EXPECT_TRUE(has_ended(details));
  details.summary.state = engine::container_state::paused;
  EXPECT_FALSE(has_ended(details));
}

}  // namespace
}  // namespace gantry::fleet
