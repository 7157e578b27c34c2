// What a slot allows its runs, what it keeps of them, and why they end: on a real engine.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/integration/slot_stage.hpp"

namespace gantry::test {
namespace {

using std::string;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

std::size_t lines_in(const string& text) {
  if (text.empty()) return 0;
  return static_cast<std::size_t>(std::ranges::count(text, '\n')) + 1;
}

class slot_limits : public slot_stage {};

TEST_F(slot_limits, failed_runs_are_kept_and_no_more_than_so_many) {
  const string path = add("failing", "case $GANTRY_INPUT in *true*) exit 3;; esac",
                          "keep = \"failed\"\nkeep_max = 2");
  start();
  std::vector<string> runs;
  for (const char* fail : {"true", "false", "true", "true"}) {
    runs.push_back(text(run_once(path, string(R"({"fail":)") + fail + "}"), "run"));
  }
  const auto are_left = [&](const string& older, const string& newer) {
    const string left = all_of(path, "{{.Names}}") + "\n";
    return lines_in(all_of(path)) == 2 && left.find("test." + older + "\n") != string::npos &&
           left.find("test." + newer + "\n") != string::npos;
  };
  EXPECT_TRUE(until([&] { return are_left(runs[2], runs[3]); })) << all_of(path, "{{.Names}}");

  // The next life counts them, too.
  stop_gantry();
  EXPECT_TRUE(until([&] { return status(path) == "offline"; }));
  start();
  runs.push_back(text(run_once(path, R"({"fail":true})"), "run"));
  EXPECT_TRUE(until([&] { return are_left(runs[3], runs[4]); })) << all_of(path, "{{.Names}}");
  EXPECT_EQ(ends(path).size(), 5U);
}

TEST_F(slot_limits, all_runs_are_kept_where_that_is_wanted) {
  const string path = add("kept", "exit 0", "keep = \"all\"\nkeep_max = 2");
  start();
  for (int n = 0; n < 3; ++n) run_once(path);
  EXPECT_TRUE(until([&] { return lines_in(all_of(path)) == 2; }));
  EXPECT_THAT(all_of(path, "{{.Status}}"), HasSubstr("Exited (0)"));
}

TEST_F(slot_limits, so_many_run_at_a_time_so_many_wait_and_the_rest_is_refused) {
  const string path =
      add("pool", "sleep 1000", "concurrency = 2\nwhen_full = \"queue\"\nqueue_max = 2");
  start();
  std::vector<string> runs;
  for (int n = 0; n < 4; ++n) runs.push_back(ask(path));
  answer done = act(path, "run");
  EXPECT_FALSE(done.good);
  EXPECT_THAT(done.text, AllOf(HasSubstr("is full"), HasSubstr("and 2 waiting")));
  ASSERT_TRUE(until_begun(path, 2));
  EXPECT_TRUE(until([&] { return lines_in(containers_of(path)) == 2; }));
  EXPECT_EQ(state(path), "full");

  // One that waits, and one that runs, each by its name.
  ASSERT_TRUE(act(path, "stop", R"({"run":")" + runs[3] + "\"}").good);
  ASSERT_TRUE(until([&] { return ends(path).size() == 1; }));
  EXPECT_EQ(text(ends(path)[0], "run"), runs[3]);
  EXPECT_EQ(text(ends(path)[0], "reason"), "stop");
  EXPECT_EQ(text(ends(path)[0], "startedAt"), "null");
  ASSERT_TRUE(act(path, "stop", R"({"run":")" + runs[0] + "\"}").good);
  ASSERT_TRUE(until([&] { return ends(path).size() == 2; }));
  EXPECT_EQ(text(ends(path)[1], "run"), runs[0]);
  EXPECT_EQ(text(ends(path)[1], "reason"), "stop");
  ASSERT_TRUE(until_begun(path, 3)) << "the next takes its place";
  EXPECT_EQ(text(pulses_of(path + ":run")[2], "run"), runs[2]);

  done = act(path, "stop");
  EXPECT_THAT(done.text, AllOf(HasSubstr(runs[1]), HasSubstr(runs[2])));
  EXPECT_TRUE(until([&] { return ends(path).size() == 4 && state(path) == "idle"; }));
  EXPECT_TRUE(until_nothing_is_left(path));
}

TEST_F(slot_limits, a_run_gets_no_more_processes_than_it_may_have) {
  const string path =
      add("forking", "n=0; while [ $n -lt 30 ]; do n=$((n+1)); sleep 5 & done; echo all of them",
          "pids = 8");
  start();
  const heard_pulse end = run_once(path);
  EXPECT_EQ(text(end, "reason"), "exit");
  EXPECT_NE(text(end, "exitCode"), "0");
  string printed;
  for (const auto& each : pulses_of(path + ":output")) printed += text(each, "text") + "\n";
  EXPECT_THAT(printed, AllOf(HasSubstr("fork"), HasSubstr("Resource temporarily unavailable")));
  EXPECT_THAT(printed, testing::Not(HasSubstr("all of them")));
}

TEST_F(slot_limits, a_signal_from_outside_is_told) {
  GANTRY_SKIP_ON_PODMAN("it does not tell which signal was sent");
  const string path = add("target", "sleep 1000");
  start();
  const string run = ask(path);
  ASSERT_TRUE(until_begun(path, 1));
  docker({"kill", "-s", "USR1", "test." + run});
  ASSERT_TRUE(until([&] { return ends(path).size() == 1; }));
  EXPECT_EQ(text(ends(path)[0], "run"), run);
  EXPECT_EQ(text(ends(path)[0], "reason"), "signal");
  EXPECT_EQ(text(ends(path)[0], "signal"), "SIGUSR1");
  EXPECT_EQ(text(ends(path)[0], "exitCode"), "138");
}

TEST_F(slot_limits, a_stop_from_outside_is_told_from_a_signal) {
  GANTRY_SKIP_ON_PODMAN("its events come up to 250 ms late, and only they tell of a stop");
  const string path = add("target", "sleep 1000");
  start();
  const string run = ask(path);
  ASSERT_TRUE(until_begun(path, 1));
  docker({"stop", "-t", "1", "test." + run});
  ASSERT_TRUE(until([&] { return ends(path).size() == 1; }));
  EXPECT_EQ(text(ends(path)[0], "reason"), "stop");
  EXPECT_EQ(text(ends(path)[0], "askedBy"), "other");
}

// Asked of the kernel, by the program itself.
TEST_F(slot_limits, a_run_sees_that_it_is_hardened) {
  const string path = add("safe",
                          "grep -E \"^(Cap(Prm|Eff|Bnd)|NoNewPrivs|Seccomp):\" /proc/self/status | "
                          "tr -d \"\\t\"; id -u; id -g; touch /file 2>&1; touch /tmp/file && "
                          "echo tmp is writable; cp /bin/busybox /tmp/sh && /tmp/sh true 2>&1; "
                          "ls /sys/class/net; ls /proc/1/root 2>&1; df -k /tmp | tail -n 1");
  start();
  EXPECT_EQ(text(run_once(path), "reason"), "exit");
  string printed;
  for (const auto& each : pulses_of(path + ":output")) printed += text(each, "text") + "\n";
  for (const char* each :
       {"CapPrm:0000000000000000", "CapEff:0000000000000000", "CapBnd:0000000000000000",
        "NoNewPrivs:1", "\n65534\n65534\n", "/file: Read-only file system", "tmp is writable",
        "/tmp/sh: Permission denied", "\nlo\n", " 65536 "}) {
    EXPECT_THAT(printed, HasSubstr(each));
  }
  EXPECT_THAT(printed, testing::Not(HasSubstr("eth0")));
}

TEST_F(slot_limits, a_run_shares_nothing_with_its_host) {
  const string path = add("apart", "sleep 1000");
  start();
  const string run = ask(path);
  ASSERT_TRUE(until_begun(path, 1));
  const auto read = [&](const string& format) {
    return docker({"inspect", "--format", "{{" + format + "}}", "test." + run});
  };
  EXPECT_THAT(read(".HostConfig.PidMode"), ContainsRegex("^(private)?$"));
  // Podman's word for one that others may join, if they are made to.
  EXPECT_THAT(read(".HostConfig.IpcMode"), ContainsRegex("^(private|none|shareable)?$"));
  EXPECT_THAT(read(".HostConfig.UTSMode"), testing::Not(HasSubstr("host")));
  EXPECT_THAT(read(".HostConfig.UsernsMode"), testing::Not(HasSubstr("host")));
  EXPECT_EQ(read("len .HostConfig.CapAdd"), "0");
  EXPECT_EQ(read("len .HostConfig.Devices"), "0");
  EXPECT_EQ(read("len .Mounts"), "0");
  EXPECT_EQ(read(".HostConfig.PublishAllPorts"), "false");
  EXPECT_EQ(read(".HostConfig.Init"), "true");
  EXPECT_EQ(read(".HostConfig.RestartPolicy.Name"), "no");
  EXPECT_THAT(read("index .HostConfig.Tmpfs \"/tmp\""),
              AllOf(HasSubstr("noexec"), HasSubstr("nosuid"), HasSubstr("nodev")));
  EXPECT_EQ(read("index .Config.Labels \"gantry.run\""), run);
  EXPECT_EQ(read("index .Config.Labels \"gantry.service\""), "test");
  ASSERT_TRUE(act(path, "stop").good);
  EXPECT_TRUE(until_nothing_is_left(path));
}

}  // namespace
}  // namespace gantry::test
