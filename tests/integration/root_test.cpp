// What an operator does with the engine as such, and images that come from a registry: on a real
// engine.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/integration/slot_stage.hpp"
#include "tests/integration/tiny_registry.hpp"

namespace gantry::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class root : public core_stage {};

TEST_F(root, is_configured_until_the_next_start) {
  const environment settings{{"GANTRY_ALLOW", "engine:configure"},
                             {"GANTRY_STATS", "*"},
                             {"GANTRY_STATS_EVERY", "1h"},
                             {"GANTRY_LOG_LEVEL", "warning"}};
  start(settings);
  const std::string path =
      "container/" + run_container("busy", "trap 'exit 0' TERM; while :; do sleep 1 & wait; done");
  ASSERT_TRUE(until([&] { return state(path) == "running"; }));
  for (const char* each :
       {R"({"logLevel":"loud"})", R"({"statsEvery":-1})", R"({"statsEvery":"1s"})",
        R"({"lookAgainEvery":3601})", R"({"loglevel":"debug"})"}) {
    const answer refused = act("engine", "configure", each);
    EXPECT_FALSE(refused.good) << each << refused.text;
    EXPECT_THAT(refused.text, HasSubstr("does not fit the action's schema")) << each;
  }
  EXPECT_THAT(gantry().log(), testing::Not(HasSubstr("configured, until")));

  answer done = act("engine", "configure", R"({"logLevel":"debug","statsEvery":1})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_THAT(done.text, AllOf(HasSubstr(R"("changed":true)"), HasSubstr("until the next start")));
  EXPECT_THAT(gantry().log(), HasSubstr("configured, until the next start"))
      << "it is told at info, which was off";
  EXPECT_TRUE(until([&] { return pulses_of(path + ":stats").size() >= 3; }));

  stop_gantry();
  EXPECT_TRUE(until([&] { return status("engine") == "offline"; }));
  start(settings);
  done = act("engine", "configure", "{}");
  EXPECT_THAT(done.text,
              AllOf(HasSubstr(R"("changed":false)"), HasSubstr(R"("logLevel":"warning")"),
                    HasSubstr(R"("statsEvery":3600)")));
}

TEST_F(root, pulls_an_image) {
  GANTRY_SKIP_ON_PODMAN("it takes plain HTTP only from registries that its configuration names");
  docker({"create", "--name", prefix + "layer", "gantry-test"});
  tiny_registry registry(docker({"export", prefix + "layer"}));
  start({{"GANTRY_ALLOW", "engine:pull"}});
  registry.let_go();
  const answer done = act("engine", "pull", R"({"image":")" + registry.image() + "\"}");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_THAT(done.text, HasSubstr("image " + registry.image() + " was pulled"));
  EXPECT_EQ(docker({"run", "--rm", "--network", "none", registry.image(), "echo", "it", "runs"}),
            "it runs");
  docker({"rmi", registry.image()});
}

TEST_F(root, says_why_an_image_cannot_be_pulled) {
  docker({"create", "--name", prefix + "layer", "gantry-test"});
  tiny_registry registry(docker({"export", prefix + "layer"}));
  registry.let_go();
  start({{"GANTRY_ALLOW", "engine:pull"}});
  const std::string other = registry.image() + "23";
  answer done = act("engine", "pull", R"({"image":")" + other + "\"}");
  EXPECT_FALSE(done.good) << done.text;
  EXPECT_THAT(done.text, HasSubstr("image " + other + " could not be pulled"));
  EXPECT_TRUE(until([&] { return alert("engine") == "pull-failed"; }));
}

class pulling_slot : public slot_stage {};

TEST_F(pulling_slot, fetches_a_missing_image_and_says_so_meanwhile) {
  GANTRY_SKIP_ON_PODMAN("it takes plain HTTP only from registries that its configuration names");
  docker({"create", "--name", prefix + "layer", "gantry-test"});
  tiny_registry registry(docker({"export", prefix + "layer"}));
  const std::string path = add("far", "echo here", "pull = \"missing\"", registry.image());
  start();
  ask(path);
  ASSERT_TRUE(until([&] { return registry.is_asked(); }));
  const auto says = [&](const std::string& what) {
    const auto told = pulses_of(path + ":state");
    return std::ranges::any_of(told, [&](const heard_pulse& each) {
      return text(each, "note").find(what) != std::string::npos;
    });
  };
  EXPECT_TRUE(until([&] { return says("pulling image " + registry.image()); }));
  EXPECT_EQ(begun(path), 0U);
  registry.let_go();
  ASSERT_TRUE(until([&] { return ends(path).size() == 1; }));
  EXPECT_EQ(text(ends(path)[0], "exitCode"), "0");
  EXPECT_EQ(text(pulses_of(path + ":output").at(0), "text"), "here");
  EXPECT_TRUE(until([&] { return state(path) == "idle"; }));
  EXPECT_EQ(text(pulses_of(path + ":state").back(), "note"), "missing") << "it is done";
  EXPECT_TRUE(until_nothing_is_left(path));
  docker({"rmi", registry.image()});
}

TEST_F(pulling_slot, says_why_there_is_no_image) {
  const std::string image = "127.0.0.1:1/no/such:1";
  const std::string path = add("never", "echo here", "pull = \"missing\"", image);
  start();
  const heard_pulse end = run_once(path);
  EXPECT_EQ(text(end, "reason"), "not started");
  EXPECT_THAT(text(end, "error"), HasSubstr("image " + image + " could not be pulled"));
  EXPECT_TRUE(until([&] { return alert(path) == "pull-failed"; }));
}

}  // namespace
}  // namespace gantry::test
