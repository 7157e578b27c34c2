// Containers that come, go, and change while gantry runs.
#include <gmock/gmock.h>

#include <csignal>
#include <set>

#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

class containers : public stage {
 protected:
  std::size_t online() const {
    std::size_t out = 0;
    for (const auto& [id, status] : core().items("TargetStatus")) {
      out += status.find("\"online\"") != std::string::npos ? 1 : 0;
    }
    return out;
  }

  void SetUp() override {
    stage::SetUp();
    if (IsSkipped()) return;
    start_core();
  }
};

TEST_F(containers, created_removed_made_again_and_renamed) {
  start_gantry();
  ASSERT_TRUE(until([&] { return registered(); }));
  const std::string path = "container/" + create_container("one", "echo first");
  EXPECT_TRUE(until([&] { return status(path) == "online"; }));
  docker({"start", prefix + "one"});
  EXPECT_TRUE(until([&] { return pulses_of(path + ":finish").size() == 1; }));

  docker({"rm", "-f", prefix + "one"});
  EXPECT_TRUE(until([&] { return status(path) == "offline" && state(path) == "gone"; }));
  EXPECT_FALSE(field("Target", target(path), "id").empty()) << "gone is offline, not deleted";

  run_container("one", "echo second");
  EXPECT_TRUE(until([&] { return status(path) == "online"; }));
  EXPECT_TRUE(until([&] { return pulses_of(path + ":finish").size() == 2; }));
  EXPECT_EQ(lines_of(path), (std::vector<std::string>{"first", "second"}))
      << "the same target: its numbering goes on";

  const std::string renamed = "container/" + prefix + "two";
  docker({"rename", prefix + "one", prefix + "two"});
  EXPECT_TRUE(until([&] { return status(path) == "offline" && status(renamed) == "online"; }));
  EXPECT_TRUE(act(renamed, "run").good);
  EXPECT_TRUE(until([&] { return pulses_of(renamed + ":finish").size() == 1; }));
  const answer refused = act(path, "run");
  EXPECT_FALSE(refused.good);
}

TEST_F(containers, two_hundred_at_once) {
  constexpr int many = 200;
  start_gantry();
  ASSERT_TRUE(until([&] { return registered(); }));
  run_command({"sh", "-c",
               "seq " + std::to_string(many) +
                   " | xargs -P 4 -I N docker create --network none "
                   "--name " +
                   prefix + "N gantry-test sh -c 'echo I am N'"},
              {{"DOCKER_HOST", engine_host}});
  const auto path = [this](int number) { return "container/" + prefix + std::to_string(number); };
  ASSERT_TRUE(until([&] { return online() == many + 1U; })) << online() << " are online";
  EXPECT_EQ(count("Target"), many + 1U);
  EXPECT_EQ(count("Action"), many * 5U + 2U) << "and refresh and forget, of the engine";
  EXPECT_EQ(count("Emitter"), many * 7U + 2U) << "and those of the engine";

  run_command(
      {"sh", "-c",
       "seq -f '" + prefix + "%g' " + std::to_string(many) + " | xargs -P 4 -n 10 docker start"},
      {{"DOCKER_HOST", engine_host}});
  std::set<std::string> finished;
  EXPECT_TRUE(until(
      [&] {
        for (const heard_pulse& each : pulses()) {
          if (each.emitter.ends_with(":finish")) finished.insert(each.emitter);
        }
        return finished.size() == many;
      },
      std::chrono::minutes(3)))
      << finished.size() << " have finished";
  for (int each = 1; each <= many; ++each) {
    EXPECT_EQ(lines_of(path(each)), std::vector<std::string>{"I am " + std::to_string(each)});
  }
}

TEST_F(containers, those_to_be_left_out_are_never_seen) {
  const std::string seen = create_container("seen", "echo");
  const std::string ignored =
      create_container("ignored", "echo", {"--label", "gantry.ignore=true"});
  start_gantry();
  ASSERT_TRUE(until([&] { return status("container/" + seen) == "online"; }));
  EXPECT_EQ(status("container/" + ignored), "");
  EXPECT_EQ(field("Target", target("container/" + ignored), "id"), "");
}

TEST_F(containers, what_a_crash_of_gantry_left_is_put_right) {
  const std::string path = "container/" + create_container("one", "echo");
  start_gantry();
  ASSERT_TRUE(until([&] { return status(path) == "online"; }));
  gantry().send(SIGKILL);
  ASSERT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  EXPECT_EQ(status(path), "online") << "nobody told the core";
  docker({"rm", "-f", prefix + "one"});
  start_gantry();
  EXPECT_TRUE(until([&] { return status(path) == "offline"; }));
}

TEST_F(containers, one_that_is_gone_is_deleted_when_the_operator_says_so) {
  const std::string here = "container/" + create_container("here", "echo");
  const std::string gone = "container/" + create_container("gone", "echo");
  start_gantry();
  ASSERT_TRUE(until([&] { return status(here) == "online" && status(gone) == "online"; }));
  const answer refused = act("engine", "forget", R"({"target":")" + prefix + R"(here"})");
  EXPECT_FALSE(refused.good);
  EXPECT_THAT(refused.text, testing::HasSubstr("there is no target " + prefix + "here whose"));

  docker({"rm", prefix + "gone"});
  ASSERT_TRUE(until([&] { return status(gone) == "offline"; }));
  EXPECT_EQ(field("Target", target(gone), "name"), prefix + "gone") << "offline, not deleted";
  EXPECT_FALSE(act("engine", "forget").good) << "all of it only where that is said";
  EXPECT_TRUE(act("engine", "forget", R"({"all":true})").good);
  EXPECT_TRUE(until([&] { return field("Target", target(gone), "name").empty(); }));
  EXPECT_EQ(status(gone), "");
  EXPECT_EQ(field("Action", target(gone) + ":run", "name"), "");
  EXPECT_EQ(field("Emitter", target(gone) + ":output", "name"), "");
  EXPECT_EQ(status(here), "online");
}

TEST_F(containers, what_was_forgotten_stays_so_in_the_next_life) {
  const std::string gone = "container/" + create_container("gone", "echo");
  start_gantry();
  ASSERT_TRUE(until([&] { return status(gone) == "online"; }));
  gantry().send(SIGKILL);
  ASSERT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  docker({"rm", prefix + "gone"});
  start_gantry();
  ASSERT_TRUE(until([&] { return status(gone) == "offline"; }));
  // All is offline until the engine has been asked; only then it is known to be gone.
  const std::string forget = R"({"target":")" + target(gone) + R"("})";
  EXPECT_TRUE(until([&] { return act("engine", "forget", forget).good; }));
  EXPECT_TRUE(until([&] { return field("Target", target(gone), "name").empty(); }));
  gantry().send(SIGKILL);
  ASSERT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  start_gantry();
  ASSERT_TRUE(until([&] { return registered(); }));
  EXPECT_EQ(field("Target", target(gone), "name"), "") << "nor does the next life bring it back";
}

TEST_F(containers, another_service_id_leaves_nothing_online_of_the_old_one) {
  const std::string path = "container/" + create_container("one", "echo");
  start_gantry();
  ASSERT_TRUE(until([&] { return status(path) == "online"; }));
  gantry().send(SIGKILL);
  ASSERT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  EXPECT_EQ(status(path), "online");
  start_gantry({{"GANTRY_SERVICE_ID", "other"}});
  EXPECT_TRUE(until([&] { return status(path) == "offline"; }));
}

}  // namespace
}  // namespace gantry::test
