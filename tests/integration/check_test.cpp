// What `gantry check` says of a real core, a real engine and a real outbox.
#include <gmock/gmock.h>

#include <csignal>

#include "tests/integration/slot_stage.hpp"

namespace gantry::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class check : public slot_stage {
 protected:
  ended_program run_check(environment extra = {}) {
    return run_gantry({"check"}, with_config(std::move(extra)));
  }
};

TEST_F(check, tells_what_would_be_published) {
  const std::string clock = create_container("clock", "date");
  const std::string slot = add("echo", "cat", "network = \"bridge\"");
  const ended_program done = run_check({{"GANTRY_STATS", "container/*"}});
  EXPECT_EQ(done.exit_status, 0) << done.log;
  EXPECT_THAT(done.log, AllOf(HasSubstr(": answers\n"), HasSubstr("engine  " + engine_host),
                              HasSubstr("target  test:container/" + clock + "  container \"" +
                                        clock + "\" run stop restart pause unpause\n"),
                              HasSubstr("target  test:" + slot + "  slot \"" + slot.substr(5) +
                                        "\" run stop\n"),
                              HasSubstr("outbox  "), HasSubstr("all is well\n")));
  EXPECT_THAT(done.log, HasSubstr("        relaxed: "));
  EXPECT_THAT(done.log, Not(HasSubstr("note ")));
}

TEST_F(check, names_patterns_that_fit_nothing) {
  const std::string clock = create_container("clock", "date");
  add("echo", "cat",
      "[[emitter]]\nmatch = \"container/*:ouput\"\nttl = \"1m\"\n"
      "[[emitter]]\nmatch = \"container/*:stats\"\npulses_per_second = 1");
  const ended_program done =
      run_check({{"GANTRY_NAMES", clock + ",nobody-*"}, {"GANTRY_STATS", "container/*"}});
  EXPECT_EQ(done.exit_status, 0) << "it is no fault: " << done.log;
  EXPECT_THAT(done.log,
              AllOf(HasSubstr("note    containers.names: \"nobody-*\" fits no container"),
                    HasSubstr("note    emitter.match: \"container/*:ouput\" fits no emitter"),
                    Not(HasSubstr("container/*:stats\" fits"))));
}

TEST_F(check, takes_the_core_to_be_on_this_host_where_none_is_named) {
  const std::string port = std::to_string(core_port());
  const ended_program done = run_gantry({"check"}, {{"RSHIP_SERVER", ""}, {"MYKO_PORT", port}});
  EXPECT_EQ(done.exit_status, 0) << done.log;
  EXPECT_THAT(done.log, AllOf(HasSubstr("core    no core is named: gantry is taken to be launched"),
                              HasSubstr("core    ws://localhost:" + port + "/myko: answers\n")));
}

TEST_F(check, says_what_is_not_well) {
  add("lost", "cat", "", "no/such-image");
  kill_core();
  const ended_program done = run_check({{"DOCKER_HOST", "unix:///no/such.sock"}});
  EXPECT_EQ(done.exit_status, 1) << done.log;
  EXPECT_THAT(done.log,
              AllOf(HasSubstr("no connection: Connection refused (does a core run there"),
                    HasSubstr("engine  unix:///no/such.sock: "), HasSubstr("not all is well\n")));
}

TEST_F(check, says_that_a_slot_has_no_image) {
  add("lost", "cat", "pull = \"never\"", "no/such-image");
  const ended_program done = run_check();
  EXPECT_EQ(done.exit_status, 1) << done.log;
  EXPECT_THAT(done.log, HasSubstr("image no/such-image is MISSING: no run can start"));
}

TEST_F(check, says_how_much_waits_beside_a_gantry_that_runs) {
  add("echo", "cat");
  start();
  kill_core();
  const std::string path =
      "container/" + run_container("clock", "for i in 1 2 3 4 5; do echo line $i; done");
  const auto says = [&](const std::string& words) {
    return run_check().log.find(words) != std::string::npos;
  };
  // Its run and its finish wait, too.
  EXPECT_TRUE(until([&] { return says(" with 7 lines ("); }));
  EXPECT_TRUE(says("wait for the core, the oldest for "));
  start_core();
  EXPECT_TRUE(until([&] { return lines_of(path).size() == 5; }));
  EXPECT_TRUE(until([&] { return says("nothing waits for the core"); }));
}

TEST_F(check, knows_that_no_gantry_is_there) {
  add("echo", "cat");
  const ended_program done = run_check();
  EXPECT_EQ(done.exit_status, 0) << done.log;
  EXPECT_THAT(done.log, HasSubstr("no gantry of the id "));
}

TEST_F(check, finds_in_the_core_what_the_gantry_that_runs_has_published) {
  const std::string clock = create_container("clock", "date");
  add("echo", "cat");
  start();
  EXPECT_TRUE(until([&] { return status("container/" + clock) == "online"; }));
  const ended_program done = run_check();
  EXPECT_EQ(done.exit_status, 0) << done.log;
  EXPECT_THAT(done.log, AllOf(HasSubstr(" items of this gantry\n"),
                              Not(HasSubstr("no gantry of this id runs now"))));
  const ended_program other = run_check({{"GANTRY_ALLOW", "*:exec"}, {"GANTRY_DENY", "*:pause"}});
  EXPECT_EQ(other.exit_status, 1) << other.log;
  EXPECT_THAT(other.log, AllOf(HasSubstr(": does not hold 1 of "), HasSubstr(":exec: "),
                               HasSubstr(": holds beside them 1 Action: "), HasSubstr(":pause: ")));
}

TEST_F(check, takes_a_run_of_a_slot_for_no_target) {
  const std::string slot = add("echo", "sleep 1000");
  start();
  ASSERT_TRUE(act(slot, "run").good);
  EXPECT_TRUE(until([&] { return state(slot) == "full"; }));
  const ended_program done = run_check();
  EXPECT_EQ(done.exit_status, 0) << done.log;
  EXPECT_THAT(done.log, Not(HasSubstr("target  test:container/")));
}

TEST_F(check, knows_that_the_gantry_that_was_there_has_left) {
  add("echo", "cat");
  start();
  stop_gantry();
  const ended_program done = run_check();
  EXPECT_EQ(done.exit_status, 0) << done.log;
  EXPECT_THAT(done.log, HasSubstr("no gantry of this id runs now: its Instance is Unavailable\n"));
}

}  // namespace
}  // namespace gantry::test
