#include "executor/fitting.hpp"

#include <gmock/gmock.h>

#include "executor/fleet/roster.hpp"
#include "tests/executor/fleet/containers.hpp"

namespace gantry {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class fitting : public testing::Test {
 protected:
  std::vector<std::string> notes() {
    fleet::instance_identity self;
    self.instance.service = model::service_id{"show"};
    fleet::roster roster(self, config_.containers, "", fleet::action_policy(config_.actions));
    roster.set_engine(fleet::engine_state::answers, "");
    roster.set_containers(containers_);
    return patterns_without_fit(config_, containers_, roster.catalogue(""));
  }

  config config_;
  std::vector<engine::container_summary> containers_{
      fleet::container("1", "clock", {{"zone", "stage"}}),
      fleet::container("2", "db", fleet::compose("shop", "db"))};
};

TEST_F(fitting, has_nothing_to_say_where_nothing_is_configured) { EXPECT_THAT(notes(), IsEmpty()); }

TEST_F(fitting, has_nothing_to_say_of_what_fits) {
  config_.containers = {{"clock", "d?"}, {}, {"busy*"}, {}};
  config_.actions.allow = {"container/clock:kill", "engine:pull"};
  config_.actions.deny = {"container/shop/*:stop"};
  config_.stats.containers = {"*"};
  config_.emitters.push_back({.match = "container/*:output"});
  EXPECT_THAT(notes(), IsEmpty());
}

TEST_F(fitting, names_what_fits_nothing) {
  config_.containers = {{"clock", "cluck", "db"}, {}, {}, {}};
  config_.actions.allow = {"container/clock:kil", "engine:stop"};
  config_.actions.deny = {"clock:stop"};
  config_.stats.containers = {"engine"};
  config_.emitters.push_back({.match = "container/clock:ouput"});
  EXPECT_THAT(
      notes(),
      ElementsAre("containers.names: \"cluck\" fits no container that there is now",
                  "actions.allow: \"container/clock:kil\" fits no action of a target that "
                  "there is now",
                  "actions.allow: \"engine:stop\" fits no action of a target that there is "
                  "now",
                  "actions.deny: \"clock:stop\" fits no action of a target that there is "
                  "now",
                  "stats.containers: \"engine\" fits no target of a container that there is "
                  "now",
                  "emitter.match: \"container/clock:ouput\" fits no emitter that there is "
                  "now"));
}

TEST_F(fitting, looks_at_each_list_of_the_selection_alone) {
  config_.containers = {{}, {"zone=stage", "zone=hall"}, {"redis*"}, {"shop", "shed"}};
  EXPECT_THAT(notes(),
              ElementsAre("containers.labels: \"zone=hall\" fits no container that there is now",
                          "containers.images: \"redis*\" fits no container that there is now",
                          "containers.projects: \"shed\" fits no container that there is now"));
}

}  // namespace
}  // namespace gantry
