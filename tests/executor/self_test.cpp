#include "executor/self.hpp"

#include <gmock/gmock.h>

#include "executor/host.hpp"

namespace gantry {
namespace {

using testing::ElementsAre;
using testing::Pair;

using facts = std::map<std::string, std::string>;

TEST(Self, IsTheHostAndTheServiceOfThisHost) {
  const auto self = make_self({}, {});
  EXPECT_EQ(self.machine.id.value, host::name());
  EXPECT_EQ(self.machine.dns_name, host::name());
  EXPECT_FALSE(self.machine.exec_name.empty());
  EXPECT_EQ(self.instance.machine, self.machine.id);
  EXPECT_EQ(self.instance.service.value, "gantry-" + model::id_segment(host::name()));
  EXPECT_EQ(self.instance.id, model::make_instance_id(self.machine.id, self.instance.service));
  EXPECT_FALSE(self.instance.service_type_code.empty());
  EXPECT_EQ(self.instance.color, config().color);
  EXPECT_FALSE(self.engine_name.empty());
}

TEST(Self, IsTheSameAfterARestart) {
  const auto first = make_self({}, {});
  const auto second = make_self({}, facts_of(first, {}));
  EXPECT_EQ(first.instance, second.instance);
  EXPECT_EQ(first.machine, second.machine);
}

TEST(Self, TakesWhatIsConfigured) {
  config config;
  config.service_id = "lighting";
  config.color = "#123456";
  const auto self = make_self(config, {});
  EXPECT_EQ(self.instance.service.value, "lighting");
  EXPECT_EQ(self.instance.color, "#123456");
}

// The host was renamed: to the core it is the same machine all the same.
TEST(Self, IsWhoItWasThoughTheHostHasAnotherName) {
  const auto self =
      make_self({}, {{self_facts::machine, "old-name"}, {self_facts::service, "gantry-old-name"}});
  EXPECT_EQ(self.machine.id.value, "old-name");
  EXPECT_EQ(self.instance.machine, self.machine.id);
  EXPECT_EQ(self.instance.service.value, "gantry-old-name");
  EXPECT_EQ(self.instance.id, model::make_instance_id(self.machine.id, self.instance.service));
  EXPECT_EQ(self.machine.name, host::name()) << "for people, as it is now";
  EXPECT_EQ(self.machine.dns_name, host::name());
  EXPECT_THAT(facts_of(self, {}), ElementsAre(Pair(self_facts::machine, "old-name"),
                                              Pair(self_facts::service, "gantry-old-name")));
}

TEST(Self, TakesAConfiguredIdOverARememberedOne) {
  config config;
  config.service_id = "lighting";
  const auto self = make_self(config, {{self_facts::service, "gantry-old-name"}});
  EXPECT_EQ(self.instance.service.value, "lighting");
}

TEST(Self, RemembersNoConfiguredId) {
  config config;
  config.service_id = "lighting";
  const auto self = make_self(config, {});
  EXPECT_THAT(facts_of(self, config), ElementsAre(Pair(self_facts::machine, host::name())));
}

TEST(Self, TakesAConfiguredMachineAndRemembersItNot) {
  config config;
  config.machine_id = "rack-2";
  const auto self = make_self(config, {{self_facts::machine, "old-name"}});
  EXPECT_EQ(self.machine.id.value, "rack-2");
  EXPECT_EQ(self.instance.machine.value, "rack-2");
  EXPECT_EQ(self.instance.id, model::make_instance_id(self.machine.id, self.instance.service));
  EXPECT_FALSE(facts_of(self, config).contains(self_facts::machine));
}

TEST(Self, TakesNothingFromAnEmptyFact) {
  const auto self = make_self({}, {{self_facts::machine, ""}, {self_facts::service, ""}});
  EXPECT_EQ(self.machine.id.value, host::name());
  EXPECT_EQ(self.instance.service, make_self({}, {}).instance.service);
}

}  // namespace
}  // namespace gantry
