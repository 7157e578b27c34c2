// What an operator does with containers, from the core's side, on a real engine.
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

constexpr const char* counting =
    "trap 'exit 0' TERM; n=0; while :; do n=$((n+1)); echo tick $n; "
    "sleep 0.1 & wait; done";

class actions : public stage {
 protected:
  void SetUp() override {
    stage::SetUp();
    if (IsSkipped()) return;
    start_core();
  }
};

TEST_F(actions, run_stop_and_restart_a_container) {
  const std::string path = "container/" + create_container("web", counting);
  start_gantry();
  ASSERT_TRUE(until([&] { return status(path) == "online" && state(path) == "created"; }));

  answer done = act(path, "run");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return state(path) == "running"; }));
  EXPECT_TRUE(until([&] { return lines_of(path).size() >= 3; }));
  EXPECT_EQ(lines_of(path)[0], "tick 1");
  EXPECT_EQ(pulses_of(path + ":run").size(), 1U);

  done = act(path, "run");
  EXPECT_TRUE(done.good);
  EXPECT_NE(done.text.find("is running already"), std::string::npos) << done.text;

  done = act(path, "restart", R"({"timeout":5})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return pulses_of(path + ":run").size() == 2; }));

  done = act(path, "stop", R"({"timeout":5})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return pulses_of(path + ":stop").size() == 2; }));
  EXPECT_TRUE(until([&] { return state(path) == "exited"; }));
  EXPECT_TRUE(pulses_of(path + ":finish").empty()) << "it was asked to stop";
  EXPECT_EQ((*pulses_of(path + ":stop")[1].data)["exitCode"].GetInt(), 0);

  done = act(path, "stop");
  EXPECT_TRUE(done.good);
  EXPECT_NE(done.text.find("is stopped already"), std::string::npos) << done.text;
  EXPECT_EQ(status(path), "online") << "a stopped container can be acted on";
}

TEST_F(actions, a_project_is_run_and_stopped_as_a_whole) {
  const auto labels = [](const char* service) {
    return std::vector<std::string>{"--label", "com.docker.compose.project=shop",
                                    "--label", std::string("com.docker.compose.service=") + service,
                                    "--label", "com.docker.compose.container-number=1"};
  };
  create_container("a", counting, labels("web"));
  create_container("b", counting, labels("store"));
  start_gantry();
  ASSERT_TRUE(until([&] {
    return status("container/shop/store/1") == "online" && status("project/shop") == "online";
  }));
  EXPECT_EQ(field("Target", target("container/shop/web/1"), "parentTargets"),
            "[\"" + target("project/shop") + "\"]");

  answer done = act("project/shop", "run");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] {
    return state("container/shop/web/1") == "running" &&
           state("container/shop/store/1") == "running";
  }));
  done = act("project/shop", "stop", R"({"timeout":5})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] {
    return state("container/shop/web/1") == "exited" && state("container/shop/store/1") == "exited";
  }));
}

TEST_F(actions, bad_data_is_refused_with_the_place_and_the_reason_and_nothing_is_done) {
  const std::string path = "container/" + run_container("web", counting);
  start_gantry();
  ASSERT_TRUE(until([&] { return status(path) == "online" && state(path) == "running"; }));
  struct bad {
    const char* data;
    const char* part;
  };
  for (const bad& each :
       {bad{R"({"timeout":"soon"})", "timeout"}, bad{R"({"timeout":-1})", "timeout"},
        bad{R"({"timeout":1.5})", "timeout"}, bad{R"({"force":true})", "force"}, bad{"[1]", "data"},
        bad{R"("now")", "data"}, bad{"7", "data"}}) {
    const answer refused = act(path, "stop", each.data);
    EXPECT_FALSE(refused.good) << each.data;
    EXPECT_NE(refused.text.find(each.part), std::string::npos) << each.data << ": " << refused.text;
  }
  EXPECT_TRUE(act(path, "run", R"({"timeout":"soon"})").good) << "which has no use for any data";
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Running}}", prefix + "web"}), "true");
  EXPECT_TRUE(act(path, "stop", "null").good) << "null counts as nothing";
}

TEST_F(actions, commands_that_make_no_sense_are_answered_with_the_reason) {
  const std::string path = "container/" + create_container("web", counting);
  start_gantry();
  ASSERT_TRUE(until([&] { return status(path) == "online"; }));
  const std::string action = R"("action":{"id":")" + target(path) + R"(:run","targetId":")";

  answer refused = command("ExecTargetAction", "{" + action + target("engine") + "\"}," +
                                                   R"("instanceId":")" + instance() + "\"}");
  EXPECT_FALSE(refused.good);
  EXPECT_NE(refused.text.find("belongs to"), std::string::npos) << refused.text;

  refused = command("ExecTargetAction", R"({"instanceId":")" + instance() +
                                            R"(","action":{"id":"test:nothing:run","targetId":")" +
                                            target(path) + "\"}}");
  EXPECT_FALSE(refused.good);
  EXPECT_NE(refused.text.find("test:nothing:run"), std::string::npos) << refused.text;

  const answer resent =
      command("ResendEmitterValue", R"({"instanceId":")" + instance() + R"(","emitterId":")" +
                                        target(path) + R"(:state"})");
  EXPECT_TRUE(resent.good) << resent.text;
  EXPECT_TRUE(until([&] { return pulses_of(path + ":state").size() >= 2; }));
  EXPECT_EQ(docker({"inspect", "-f", "{{.State.Running}}", prefix + "web"}), "false");
}

TEST_F(actions, a_stop_that_takes_long_is_accepted_in_time_and_ends_as_a_pulse) {
  const std::string path =
      "container/" + run_container("stubborn", "trap '' TERM; while :; do sleep 1 & wait; done");
  start_gantry();
  ASSERT_TRUE(until([&] { return status(path) == "online" && state(path) == "running"; }));
  const answer accepted = act(path, "stop", R"({"timeout":7})");
  EXPECT_TRUE(accepted.good);
  EXPECT_NE(accepted.text.find("\"accepted\":true"), std::string::npos) << accepted.text;
  ASSERT_TRUE(until([&] { return pulses_of(path + ":stop").size() == 1; }));
  EXPECT_EQ((*pulses_of(path + ":stop")[0].data)["exitCode"].GetInt(), 137);
}

TEST_F(actions, refresh_and_a_pull_that_fails) {
  const std::string path = "container/" + run_container("web", counting);
  start_gantry({{"GANTRY_ALLOW", "engine:pull"}});
  ASSERT_TRUE(until([&] { return status(path) == "online" && state(path) == "running"; }));
  const answer refreshed = act("engine", "refresh");
  EXPECT_TRUE(refreshed.good) << refreshed.text;
  EXPECT_NE(refreshed.text.find("\"containers\":"), std::string::npos) << refreshed.text;

  const answer failed = act("engine", "pull", R"({"image":"127.0.0.1:1/no/such:1"})");
  EXPECT_FALSE(failed.good) << failed.text;
  EXPECT_NE(failed.text.find("image 127.0.0.1:1/no/such:1 could not be pulled: "),
            std::string::npos)
      << failed.text;
  EXPECT_TRUE(until([&] { return alert("engine") == "pull-failed"; }));
  EXPECT_FALSE(act("engine", "configure", "{}").good) << "nobody allowed it";
}

}  // namespace
}  // namespace gantry::test
