#include "executor/self.hpp"

#include <gtest/gtest.h>

#include "executor/host.hpp"

namespace gantry {
namespace {

TEST(Self, IsTheHostAndTheServiceOfThisHost) {
  const auto self = make_self({});
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
  const auto first = make_self({});
  const auto second = make_self({});
  EXPECT_EQ(first.instance, second.instance);
  EXPECT_EQ(first.machine, second.machine);
}

TEST(Self, TakesWhatIsConfigured) {
  config config;
  config.service_id = "lighting";
  config.color = "#123456";
  const auto self = make_self(config);
  EXPECT_EQ(self.instance.service.value, "lighting");
  EXPECT_EQ(self.instance.color, "#123456");
}

}  // namespace
}  // namespace gantry
