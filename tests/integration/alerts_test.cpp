// What is wrong is seen in the core, and goes when it is over: on a real engine.
#include <gmock/gmock.h>

#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

class alerts : public stage {
 protected:
  void SetUp() override {
    stage::SetUp();
    if (IsSkipped()) return;
    start_core();
    start_gantry();
    ASSERT_TRUE(until([&] { return registered(); }));
  }

  // The engine has to do what the container was made for; where it cannot, nothing is tested.
  bool has_health_checks() {
    try {
      create_container("probe", "echo", {"--health-cmd", "true"});
      return true;
    } catch (const std::exception&) {
      return false;
    }
  }
};

TEST_F(alerts, a_crash_loop_of_the_engine_s_making_ends_when_it_is_stopped) {
  const std::string path =
      "container/" + run_container("broken", "exit 3", {"--restart", "always"});
  ASSERT_TRUE(until([&] { return alert(path) == "crash-loop"; }));
  EXPECT_EQ(field("Alert", target(path) + instance(), "level"), "error");
  EXPECT_THAT(field("Alert", target(path) + instance(), "message"),
              testing::HasSubstr("exit code 3"));
  EXPECT_THAT(field("Pulse", target(path) + ":alerts", "data"),
              testing::AllOf(testing::HasSubstr("crash-loop"), testing::HasSubstr("exit code 3")));
  EXPECT_EQ(field("Instance", instance(), "message"),
            "1 alert: " + path.substr(10) + ": crash loop.");
  const answer done = act(path, "stop");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return alert(path).empty(); }));
}

TEST_F(alerts, a_crash_loop_that_exits_with_0_is_one_too_and_ends_with_the_container) {
  const std::string name = run_container("hasty", "exit 0", {"--restart", "always"});
  const std::string path = "container/" + name;
  ASSERT_TRUE(until([&] { return alert(path) == "crash-loop"; }));
  // Podman refuses at the moment at which one run ends and the next begins.
  ASSERT_TRUE(until([&] { return docker_succeeds({"rm", "-f", name}); }));
  EXPECT_TRUE(until([&] { return alert(path).empty(); }));
}

TEST_F(alerts, containers_that_are_well_have_none) {
  const std::string path = "container/" + run_container("clock", ticking);
  const std::string job = "container/" + run_container("job", "exit 0");
  ASSERT_TRUE(until([&] { return state(path) == "running" && state(job) == "exited"; }));
  EXPECT_TRUE(act(path, "restart", R"({"timeout":5})").good);
  EXPECT_TRUE(act(path, "stop", R"({"timeout":5})").good);
  EXPECT_EQ(count("Alert"), 0U);
}

TEST_F(alerts, a_failing_health_check_is_told_with_its_words) {
  GANTRY_SKIP_ON_PODMAN("its health checks are started by systemd's timers");
  if (!has_health_checks()) GTEST_SKIP() << "this engine has no health checks";
  const std::string path =
      "container/" + run_container("ill", ticking,
                                   {"--health-cmd", "echo no light; test -e /tmp/well",
                                    "--health-interval", "1s", "--health-retries", "1"});
  const std::string id = target(path) + instance();
  ASSERT_TRUE(until([&] {
    return alert(path) == "unhealthy" &&
           field("Alert", id, "message").find("no light") != std::string::npos;
  }));
  docker({"exec", path.substr(std::string("container/").size()), "touch", "/tmp/well"});
  EXPECT_TRUE(until([&] { return alert(path).empty(); }));
}

TEST_F(alerts, a_run_killed_for_memory_until_it_is_started_again) {
  const std::string name = run_container("greedy", "x=a; while :; do x=$x$x; done",
                                         {"--memory", "16m", "--memory-swap", "16m"});
  const std::string path = "container/" + name;
  ASSERT_TRUE(until([&] { return state(path) == "exited"; }));
  if (docker({"inspect", "-f", "{{.State.OOMKilled}}", name}).find("true") == std::string::npos) {
    GTEST_SKIP() << "this engine does not limit memory, or does not say that it did";
  }
  ASSERT_TRUE(until([&] { return alert(path) == "out-of-memory"; }));
  docker({"rm", "-f", name});
  EXPECT_TRUE(until([&] { return alert(path).empty(); }));
}

}  // namespace
}  // namespace gantry::test
