// How containers are is seen in the core: on a real engine.
#include <gmock/gmock.h>

#include <algorithm>

#include "model/json.hpp"
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

constexpr const char* busy = "while :; do :; done";

class conditions : public core_stage {
 protected:
  [[nodiscard]] bool last_says(const std::string& emitter, const std::string& what) const {
    const auto told = pulses_of(emitter);
    return !told.empty() && json::write(*told.back().data).find(what) != std::string::npos;
  }
};

TEST_F(conditions, the_health_of_a_container_is_told_until_it_is_gone) {
  GANTRY_SKIP_ON_PODMAN("it leaves health checks to timers of systemd");
  start();
  const std::string name = run_container("ill", ticking,
                                         {"--health-cmd", "echo no light; test -e /tmp/well",
                                          "--health-interval", "1s", "--health-retries", "1"});
  const std::string health = "container/" + name + ":health";
  ASSERT_TRUE(until([&] { return last_says(health, R"("status":"unhealthy")"); }));
  EXPECT_TRUE(last_says(health, "no light"));
  docker({"exec", name, "touch", "/tmp/well"});
  EXPECT_TRUE(until([&] { return last_says(health, R"("status":"healthy")"); }));
  docker({"rm", "-f", name});
  EXPECT_TRUE(until([&] { return last_says(health, R"("status":"none")"); }));
}

TEST_F(conditions, what_a_busy_container_uses_is_told) {
  start({{"GANTRY_STATS", "container/*busy*"}, {"GANTRY_STATS_EVERY", "1s"}});
  const std::string path = "container/" + run_container("busy", busy);
  const std::string other = "container/" + run_container("clock", ticking);
  EXPECT_TRUE(until([&] {
    const auto told = pulses_of(path + ":stats");
    return std::ranges::any_of(told, [](const heard_pulse& each) {
      const auto* cpu = json::find(*each.data, "cpu");
      return cpu != nullptr && cpu->IsNumber() && cpu->GetDouble() > 0.1;
    });
  }));
  EXPECT_TRUE(pulses_of(other + ":stats").empty());
}

}  // namespace
}  // namespace gantry::test
