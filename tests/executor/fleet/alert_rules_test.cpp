// When each alert of a container begins and ends.
#include "executor/fleet/alert_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gantry::fleet {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class alert_rules : public testing::Test {
 protected:
  void pass(std::chrono::milliseconds time) {
    engine_now_ += std::chrono::nanoseconds(time).count();
    now_ += time;
    rules_.pass(now_);
  }
  void tell(const std::string& action, std::map<std::string, std::string> attributes = {}) {
    engine_now_ += 1'000'000;
    rules_.happened({"container", action, "id", std::move(attributes), engine_now_}, now_);
  }
  void start() {
    tell("start");
    details_.summary.state = engine::container_state::running;
    details_.started_at = engine_now_;
    details_.oom_killed = false;
  }
  void die(int code) {
    tell("die", {{"exitCode", std::to_string(code)}});
    details_.summary.state = engine::container_state::exited;
    details_.finished_at = engine_now_;
    details_.exit_code = code;
  }
  void inspect() { rules_.inspected(details_, now_); }
  void crash(int code = 1) {
    start();
    pass(2s);
    die(code);
    pass(1s);
  }
  void docker_stop(const char* signal = "15") {
    tell("kill", {{"signal", signal}});
    die(137);
    tell("stop");
  }
  void health(engine::health_status status, const std::string& said) {
    details_.health =
        engine::container_health{.status = status, .last_exit_code = 7, .last_output = said};
  }

  [[nodiscard]] bool holds(alert_code code) const { return rules_.conditions().contains(code); }
  [[nodiscard]] bool loops() const { return holds(alert_code::crash_loop); }
  [[nodiscard]] bool oom() const { return holds(alert_code::out_of_memory); }
  [[nodiscard]] bool ill() const { return holds(alert_code::unhealthy); }
  [[nodiscard]] std::string words(alert_code code) const {
    return holds(code) ? rules_.conditions().at(code) : "";
  }

  engine::container_details details_;
  engine::timestamp engine_now_ = 1'000'000'000'000;  // far from our own clock
  std::chrono::steady_clock::time_point now_{5h};
  container_alert_rules rules_{alert_limits{}};
};

// ---- Crash loops ------------------------------------------------------------------------------

TEST_F(alert_rules, a_crash_loop_begins_with_the_third_short_run_within_five_minutes) {
  crash(1);
  crash(1);
  EXPECT_FALSE(loops());
  crash(3);
  EXPECT_TRUE(loops());
  EXPECT_THAT(words(alert_code::crash_loop), HasSubstr("exit code 3"));
}

TEST_F(alert_rules, three_crashes_in_more_than_five_minutes_are_no_loop) {
  for (int times = 0; times < 6; ++times) {
    crash();
    pass(148s);
  }
  crash();
  EXPECT_FALSE(loops());
  crash();
  EXPECT_TRUE(loops()) << "the last three are within five minutes";
}

TEST_F(alert_rules, runs_of_a_minute_are_no_crashes) {
  for (int times = 0; times < 4; ++times) {
    start();
    pass(60s);
    die(1);
  }
  EXPECT_FALSE(loops());
}

TEST_F(alert_rules, a_long_run_between_two_crashes_begins_the_count_anew) {
  crash();
  crash();
  start();
  pass(60s);
  die(1);
  crash();
  crash();
  EXPECT_FALSE(loops());
  crash();
  EXPECT_TRUE(loops());
}

TEST_F(alert_rules, short_jobs_that_end_well_are_no_crashes) {
  for (int times = 0; times < 5; ++times) {
    crash(0);
    inspect();
  }
  EXPECT_FALSE(loops());
}

TEST_F(alert_rules, short_runs_that_end_well_but_are_restarted_by_the_engine_are) {
  for (int times = 1; times <= 3; ++times) {
    crash(0);
    inspect();  // between the end and the restart
    start();
    details_.restart_count = times;
    inspect();
    EXPECT_EQ(loops(), times == 3);
  }
  EXPECT_THAT(words(alert_code::crash_loop), HasSubstr("exit code 0"));
}

TEST_F(alert_rules, a_retry_that_succeeds_is_no_crash) {
  crash(1);
  crash(1);
  start();
  details_.restart_count = 2;
  inspect();
  die(0);
  inspect();  // it was restarted, but is not now
  EXPECT_FALSE(loops());
}

TEST_F(alert_rules, restarts_may_be_seen_late) {
  for (int times = 0; times < 3; ++times) crash(0);
  details_.summary.state = engine::container_state::restarting;
  details_.restart_count = 3;
  inspect();
  EXPECT_TRUE(loops());
}

TEST_F(alert_rules, what_an_operator_stops_does_not_crash) {
  for (int times = 0; times < 4; ++times) {
    start();
    rules_.stop_asked();
    die(137);
  }
  for (int times = 0; times < 4; ++times) {
    start();
    docker_stop();
  }
  for (int times = 0; times < 4; ++times) {  // its stop signal is SIGUSR1: known by the stop event
    start();
    docker_stop("10");
  }
  EXPECT_FALSE(loops());
}

TEST_F(alert_rules, a_signal_that_asks_for_no_end_makes_no_stop) {
  for (int times = 0; times < 3; ++times) {
    start();
    tell("kill", {{"signal", "1"}});
    die(1);
  }
  EXPECT_TRUE(loops());
}

TEST_F(alert_rules, events_that_come_again_count_once) {
  start();
  tell("die", {{"exitCode", "1"}});
  for (int times = 0; times < 4; ++times) {
    rules_.happened({"container", "die", "id", {{"exitCode", "1"}}, engine_now_}, now_);
  }
  EXPECT_FALSE(loops());
}

TEST_F(alert_rules, a_crash_loop_ends_when_a_run_lasts_a_minute) {
  for (int times = 0; times < 3; ++times) crash();
  EXPECT_EQ(rules_.next_due(), std::nullopt) << "it does not run";
  start();
  EXPECT_EQ(rules_.next_due(), now_ + 60s);
  pass(59'999ms);
  EXPECT_TRUE(loops());
  pass(1ms);
  EXPECT_FALSE(loops());
  EXPECT_EQ(rules_.next_due(), std::nullopt);
  die(1);
  crash();
  crash();
  EXPECT_FALSE(loops()) << "it begins anew";
}

TEST_F(alert_rules, a_crash_loop_goes_on_with_each_crash) {
  for (int times = 0; times < 3; ++times) crash();
  pass(20min);  // engines wait longer and longer
  crash(9);
  EXPECT_TRUE(loops());
  EXPECT_THAT(words(alert_code::crash_loop), HasSubstr("exit code 9"));
}

TEST_F(alert_rules, a_crash_loop_ends_when_an_operator_stops_it) {
  for (int times = 0; times < 3; ++times) crash();
  rules_.stop_asked();  // while it waits to be restarted
  EXPECT_TRUE(loops()) << "it may be refused";
  rules_.stop_done();
  EXPECT_FALSE(loops());
  for (int times = 0; times < 3; ++times) crash();
  EXPECT_TRUE(loops());
  start();
  docker_stop();
  EXPECT_FALSE(loops());
}

TEST_F(alert_rules, a_refused_stop_does_not_make_the_next_crash_one_that_was_asked_for) {
  crash();
  crash();
  start();
  rules_.stop_asked();
  rules_.stop_refused();
  die(1);
  EXPECT_TRUE(loops());
}

TEST_F(alert_rules, a_crash_loop_of_a_job_ends_when_it_ends_well) {
  details_.restart_policy = "no";
  for (int times = 0; times < 3; ++times) {
    crash();
    inspect();
  }
  EXPECT_TRUE(loops());
  inspect();
  EXPECT_TRUE(loops());
  crash(0);  // it was short
  EXPECT_FALSE(loops());
  crash();
  crash();
  EXPECT_FALSE(loops()) << "it begins anew";
}

TEST_F(alert_rules, what_ended_well_may_be_known_by_inspection_alone) {
  for (int times = 0; times < 3; ++times) crash();
  details_.restart_policy = "on-failure";
  start();
  die(0);
  details_.restart_count = 3;
  EXPECT_TRUE(loops()) << "nothing is known of its policy";
  auto overtaken = details_;
  inspect();
  EXPECT_FALSE(loops());
  for (int times = 0; times < 3; ++times) crash();
  EXPECT_TRUE(loops());
  rules_.inspected(overtaken, now_);  // of the run before these
  EXPECT_TRUE(loops());
}

TEST_F(alert_rules, a_good_end_that_is_repeated_ends_no_loop) {
  for (const char* policy : {"always", "unless-stopped", ""}) {
    details_.restart_policy = policy;
    for (int times = 0; times < 3; ++times) crash();
    crash(0);
    inspect();
    EXPECT_TRUE(loops()) << policy;
  }
}

TEST_F(alert_rules, a_crash_loop_ends_when_an_operator_starts_it_and_comes_back_with_a_crash) {
  for (int times = 0; times < 3; ++times) crash();
  rules_.run_asked();
  EXPECT_TRUE(loops()) << "it may be refused";
  start();
  rules_.run_done();
  EXPECT_FALSE(loops());
  die(1);
  EXPECT_TRUE(loops());
}

TEST_F(alert_rules, nothing_ends_by_time_while_the_engine_is_away) {
  for (int times = 0; times < 3; ++times) crash();
  start();
  rules_.out_of_sight();
  pass(10min);
  EXPECT_TRUE(loops());
  inspect();
  pass(59s);
  EXPECT_TRUE(loops());
  pass(1s);
  EXPECT_FALSE(loops());
}

// ---- Calls that hang --------------------------------------------------------------------------

TEST_F(alert_rules, a_container_about_which_the_engine_does_not_answer_is_told_until_it_does) {
  const auto words = [this] {
    const auto found = rules_.conditions().find(alert_code::not_answering);
    return found == rules_.conditions().end() ? std::string() : found->second;
  };
  rules_.hangs("state");
  EXPECT_THAT(words(), testing::HasSubstr("asked for this container's state. "));
  rules_.hangs("use of the machine");
  EXPECT_THAT(words(), testing::HasSubstr("this container's state and use of the machine. "));
  rules_.answers("state");
  EXPECT_THAT(words(), testing::HasSubstr("this container's use of the machine. "));
  rules_.answers("use of the machine");
  EXPECT_EQ(words(), "");
  rules_.hangs("state");
  rules_.out_of_sight();
  EXPECT_EQ(words(), "");
}

// ---- Memory -----------------------------------------------------------------------------------

TEST_F(alert_rules, out_of_memory_begins_when_a_run_ends_so) {
  start();
  tell("oom");
  EXPECT_FALSE(oom()) << "it may be a child, and the run goes on";
  die(137);
  EXPECT_TRUE(oom());
}

TEST_F(alert_rules, a_child_that_was_killed_for_memory_is_no_matter_if_the_run_ends_well) {
  start();
  tell("oom");
  die(0);
  EXPECT_FALSE(oom());
}

TEST_F(alert_rules, out_of_memory_is_known_by_inspection_too) {
  start();
  die(137);
  details_.oom_killed = true;
  inspect();
  EXPECT_TRUE(oom());
}

TEST_F(alert_rules, out_of_memory_ends_when_a_later_run_lasts_a_minute) {
  start();
  tell("oom");
  die(137);
  start();
  inspect();
  pass(59s);
  EXPECT_TRUE(oom());
  pass(1s);
  EXPECT_FALSE(oom());
}

TEST_F(alert_rules, out_of_memory_ends_when_an_operator_starts_it) {
  start();
  tell("oom");
  die(137);
  details_.oom_killed = true;
  inspect();
  rules_.run_asked();
  EXPECT_TRUE(oom()) << "it may be refused";
  rules_.run_done();
  EXPECT_FALSE(oom());
  inspect();  // it was asked for before the start
  EXPECT_FALSE(oom());
  start();
  tell("oom");
  die(137);
  EXPECT_TRUE(oom());
}

TEST_F(alert_rules, out_of_memory_ends_with_a_good_end_of_a_job) {
  details_.restart_policy = "no";
  start();
  tell("oom");
  die(137);
  details_.oom_killed = true;
  inspect();
  EXPECT_TRUE(oom());
  crash(0);
  EXPECT_FALSE(oom());
}

TEST_F(alert_rules, out_of_memory_of_the_very_run_that_was_asked_for_stays) {
  start();
  rules_.run_asked();
  start();
  tell("oom");
  die(137);
  rules_.run_done();  // told late
  EXPECT_TRUE(oom());
}

// ---- Health -----------------------------------------------------------------------------------

TEST_F(alert_rules, unhealthy_begins_and_ends_with_the_health_check) {
  start();
  tell("health_status: unhealthy");
  EXPECT_TRUE(ill());
  health(engine::health_status::unhealthy, "connection refused\nand more");
  inspect();
  EXPECT_THAT(words(alert_code::unhealthy), HasSubstr("exit code 7: connection refused"));
  EXPECT_THAT(words(alert_code::unhealthy), Not(HasSubstr("and more")));
  health(engine::health_status::unhealthy, "12:00:01 refused");
  inspect();
  EXPECT_THAT(words(alert_code::unhealthy), Not(HasSubstr("12:00:01"))) << "that is no news";
  tell("health_status: healthy");
  EXPECT_FALSE(ill());
}

TEST_F(alert_rules, unhealthy_is_known_by_inspection_too) {
  start();
  health(engine::health_status::unhealthy, "");
  inspect();
  EXPECT_TRUE(ill());
  health(engine::health_status::healthy, "");
  inspect();
  EXPECT_FALSE(ill());
}

TEST_F(alert_rules, what_does_not_run_is_not_unhealthy) {
  start();
  health(engine::health_status::unhealthy, "");
  inspect();
  die(1);
  EXPECT_FALSE(ill());
  inspect();
  EXPECT_FALSE(ill());
}

TEST_F(alert_rules, a_probe_may_print_much) {
  start();
  std::string long_text;
  while (long_text.size() < 4'000) long_text += "ü";
  health(engine::health_status::unhealthy, long_text);
  inspect();
  EXPECT_LT(words(alert_code::unhealthy).size(), 300U);
  EXPECT_THAT(words(alert_code::unhealthy), HasSubstr("üü ..."));
}

}  // namespace
}  // namespace gantry::fleet
