// The core in each of its generations: it dies and comes back empty; gantry leaves.
#include <algorithm>
#include <csignal>

#include "myko/generation.hpp"
#include "myko/net/clock.hpp"
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

class cores : public stage, public testing::WithParamInterface<myko::generation> {};

std::string name_of(const testing::TestParamInfo<myko::generation>& info) {
  return std::string(to_string(info.param));
}

TEST_P(cores, publish_command_answer_die_and_come_back_empty) {
  start_core(GetParam());
  const std::string path = "container/" + create_container("job", "echo done");
  start_gantry();
  ASSERT_TRUE(until([&] { return registered() && status(path) == "online"; }));
  EXPECT_TRUE(core().rejections().empty()) << core().rejections().front();
  EXPECT_TRUE(until([&] {
    return field("Machine", field("Instance", instance(), "machineId"), "execName") == "gantry";
  })) << "which is sent when the core has said that it has none";
  const answer done = act(path, "run");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return pulses_of(path + ":finish").size() == 1; }));
  EXPECT_EQ(lines_of(path), std::vector<std::string>{"done"});
  ASSERT_TRUE(until([&] { return state(path) == "exited"; }));
  const std::size_t targets = count("Target");
  const std::size_t actions = count("Action");

  kill_core();
  docker({"rm", "-f", prefix + "job"});
  const std::string other = "container/" + create_container("other", "echo");
  start_core(GetParam());
  EXPECT_TRUE(until(
      [&] { return registered() && status(path) == "offline" && status(other) == "online"; }));
  EXPECT_EQ(count("Target"), targets + 1);
  EXPECT_EQ(count("Action"), actions + 5);
  EXPECT_EQ(state(path), "gone");
  EXPECT_TRUE(core().rejections().empty()) << core().rejections().front();
  EXPECT_TRUE(act(other, "run").good) << "commands reach the new connection";
}

TEST_P(cores, are_told_before_gantry_leaves) {
  start_core(GetParam());
  const std::string path = "container/" + create_container("job", "echo done");
  start_gantry();
  ASSERT_TRUE(until([&] { return registered() && status(path) == "online"; }));
  const auto asked = net::now().steady;
  gantry().send(SIGTERM);
  ASSERT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  EXPECT_LT(net::now().steady - asked, std::chrono::seconds(5));
  EXPECT_EQ(*gantry().exit_status(), 0);
  EXPECT_TRUE(until([&] { return status(path) == "offline"; }));
  EXPECT_EQ(status("engine"), "offline");
  EXPECT_EQ(field("Instance", instance(), "status"), "Unavailable");
}

TEST_P(cores, forget_a_target_with_all_that_hangs_on_it) {
  start_core(GetParam());
  const std::string path = "container/" + run_container("job", "echo done");
  start_gantry();
  ASSERT_TRUE(until([&] { return state(path) == "exited"; }));
  docker({"rm", prefix + "job"});
  // A core of the generation rust tells pulses before the targets that they are of.
  ASSERT_TRUE(until([&] { return state(path) == "gone" && status("engine") == "online"; }));
  const auto left = [&](const char* type) {
    const auto items = core().items(type);
    return std::ranges::count_if(items, [&](const auto& each) {
      return each.second.find(target(path)) != std::string::npos;
    });
  };
  EXPECT_GT(left("Pulse"), 0);
  const answer done = act("engine", "forget", R"({"target":")" + path + "\"}");
  ASSERT_TRUE(done.good) << done.text;
  for (const char* type : {"Target", "Pulse", "Emitter", "Action", "TargetStatus"}) {
    EXPECT_TRUE(until([&] { return left(type) == 0; })) << type;
  }
}

INSTANTIATE_TEST_SUITE_P(generations, cores,
                         testing::Values(myko::generation::docs, myko::generation::ts,
                                         myko::generation::rust),
                         name_of);

TEST_F(stage, gantry_is_launched_alongside_a_core_where_none_is_named) {
  start_core(myko::generation::rust);
  const std::string port = std::to_string(core_port());
  start_gantry({{"RSHIP_SERVER", ""}, {"MYKO_PORT", port}});
  ASSERT_TRUE(until([&] { return registered(); }));
  const std::string first_line = gantry().log().substr(0, gantry().log().find('\n'));
  EXPECT_NE(first_line.find("launched alongside the core: ws://localhost:" + port + "/myko"),
            std::string::npos)
      << first_line;
}

TEST_F(stage, gantry_waits_for_a_core_that_is_not_there_and_stops_when_asked) {
  start_core();
  kill_core();
  start_gantry();
  ASSERT_TRUE(until([&] { return gantry().log().find("refused") != std::string::npos; }));
  gantry().send(SIGINT);
  ASSERT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  EXPECT_EQ(*gantry().exit_status(), 0);
}

}  // namespace
}  // namespace gantry::test
