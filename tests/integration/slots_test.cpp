// Containers on demand, on a real engine.
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <set>

#include "model/json.hpp"
#include "tests/integration/slot_stage.hpp"

namespace gantry::test {
namespace {

using std::string;

class slots : public slot_stage {
 protected:
  static bool on_podman() { return engine_for_tests().podman; }
};

// GANTRY_SLOT_RUNS=500 for the long form.
TEST_F(slots, echo_many_inputs_eight_at_a_time) {
  const char* const wanted = std::getenv("GANTRY_SLOT_RUNS");
  const std::size_t count = wanted != nullptr ? std::strtoul(wanted, nullptr, 10) : 24;
  const string path = add_slot("echo",
                               "command = [\"cat\"]\noutput = \"json\"\nconcurrency = 8\n"
                               "when_full = \"queue\"\nqueue_max = 1000\n"
                               "input = '{\"type\":\"object\",\"required\":[\"n\"],"
                               "\"properties\":{\"n\":{\"type\":\"integer\"}}}'");
  start();
  std::set<string> runs;
  for (std::size_t n = 0; n < count; ++n) {
    const answer done = act(path, "run", "{\"n\":" + std::to_string(n) + "}");
    ASSERT_TRUE(done.good) << done.text;
    const auto parsed = json::parse(done.text);
    ASSERT_TRUE(parsed) << done.text;
    runs.emplace(*json::find_string(*parsed, "run"));
  }
  EXPECT_EQ(runs.size(), count) << "each has a name of its own";
  ASSERT_TRUE(
      until([&] { return ends(path).size() >= count; }, std::chrono::seconds(60 + 2 * count)));
  std::set<string> outputs;
  for (const auto& each : pulses_of(path + ":output")) outputs.insert(json::write(*each.data));
  EXPECT_EQ(outputs.size(), count);
  for (std::size_t n = 0; n < count; ++n) {
    EXPECT_TRUE(outputs.contains("{\"n\":" + std::to_string(n) + "}")) << n;
  }
  for (const auto& each : ends(path)) {
    EXPECT_EQ(runs.erase(text(each, "run")), 1U) << "finish of " << text(each, "run") << " twice";
    EXPECT_EQ(text(each, "exitCode"), "0");
    EXPECT_EQ(text(each, "reason"), "exit");
    EXPECT_NE(text(each, "data").find("\"n\":"), string::npos);
  }
  EXPECT_TRUE(until_nothing_is_left(path));
  EXPECT_EQ(ends(path).size(), count);
}

TEST_F(slots, say_why_a_run_ended) {
  const string code = add_slot("code", "command = [\"sh\", \"-c\", \"echo last; exit 3\"]");
  const string slow =
      add_slot("slow", "command = [\"sleep\", \"60\"]\ntimeout = \"1s\"\nstop_grace = \"1s\"");
  const string stopped = add_slot("stopped", "command = [\"sleep\", \"60\"]\nstop_grace = \"1s\"");
  const string killed = add_slot("killed", "command = [\"sh\", \"-c\", \"kill -9 $$\"]");
  const string shy = add_slot("shy", "command = [\"/no/such/program\"]");
  const string bare = add_slot("bare", "", "gantry-no-such-image");
  start();
  const heard_pulse ended = run_once(code);
  EXPECT_EQ(text(ended, "exitCode"), "3");
  EXPECT_EQ(text(ended, "reason"), "exit");
  EXPECT_EQ(text(ended, "oomKilled"), "false");
  EXPECT_EQ(lines_of(code), std::vector<string>{"last"});

  EXPECT_EQ(text(run_once(slow), "reason"), "timeout");

  ASSERT_TRUE(act(stopped, "run").good);
  ASSERT_TRUE(until([&] { return pulses_of(stopped + ":run").size() == 1; }));
  ASSERT_TRUE(act(stopped, "stop").good);
  ASSERT_TRUE(until([&] { return ends(stopped).size() == 1; }));
  EXPECT_EQ(text(ends(stopped)[0], "reason"), "stop");
  EXPECT_EQ(pulses_of(stopped + ":stop").size(), 1U);

  const heard_pulse by_signal = run_once(killed);
  EXPECT_EQ(text(by_signal, "exitCode"), "137");

  // Told by the first process: docker-init, or catatonit, which names no program.
  const heard_pulse missing = run_once(shy);
  EXPECT_EQ(text(missing, "exitCode"), on_podman() ? "1" : "127");
  ASSERT_EQ(lines_of(shy).size(), 1U);
  const char* const words = on_podman() ? "No such file or directory" : "/no/such/program";
  EXPECT_NE(lines_of(shy)[0].find(words), string::npos) << lines_of(shy)[0];

  const heard_pulse never = run_once(bare);
  EXPECT_EQ(text(never, "exitCode"), "null");
  EXPECT_EQ(text(never, "reason"), "not started");
  EXPECT_NE(text(never, "error").find("is not on this engine"), string::npos)
      << text(never, "error");
  for (const string& each : {code, slow, stopped, killed, shy}) {
    EXPECT_TRUE(until_nothing_is_left(each)) << each;
  }
}

TEST_F(slots, say_that_a_run_was_killed_for_memory) {
  const string path = add_slot("hungry",
                               "command = [\"sh\", \"-c\", \"x=x; while :; do x=$x$x; done\"]\n"
                               "memory = \"16MiB\"");
  start();
  const heard_pulse ended = run_once(path);
  if (text(ended, "reason") == "signal") GTEST_SKIP() << "this kernel or engine does not tell";
  EXPECT_EQ(text(ended, "reason"), "memory");
  EXPECT_EQ(text(ended, "oomKilled"), "true");
}

TEST_F(slots, tell_what_is_no_json_apart) {
  const string path =
      add_slot("mixed",
               "command = [\"sh\", \"-c\", \"echo '{\\\"a\\\":1}'; echo 5; echo oops; "
               "echo 7 >&2\"]\noutput = \"json\"");
  start();
  run_once(path);
  std::vector<string> values;
  for (const auto& each : pulses_of(path + ":output")) values.push_back(json::write(*each.data));
  EXPECT_EQ(values, (std::vector<string>{"{\"a\":1}", "{\"value\":5}"}));
  std::multiset<string> errors;
  for (const auto& each : pulses_of(path + ":error")) errors.insert(text(each, "text"));
  EXPECT_EQ(errors, (std::multiset<string>{"7", "oops"}));
}

TEST_F(slots, refuse_wrong_input_and_a_run_too_many) {
  const string path = add_slot("one",
                               "command = [\"sleep\", \"60\"]\nstop_grace = \"1s\"\n"
                               "input = '{\"type\":\"object\",\"required\":[\"n\"]}'");
  const string newest = add_slot("newest",
                                 "command = [\"sleep\", \"60\"]\nstop_grace = \"1s\"\n"
                                 "when_full = \"replace\"");
  start();
  answer done = act(path, "run", "{}");
  EXPECT_FALSE(done.good);
  EXPECT_NE(done.text.find("n"), string::npos) << done.text;
  ASSERT_TRUE(act(path, "run", "{\"n\":1}").good);
  done = act(path, "run", "{\"n\":2}");
  EXPECT_FALSE(done.good);
  EXPECT_NE(done.text.find("is full"), string::npos) << done.text;
  done = act(path, "stop", "{\"run\":\"nobody\"}");
  EXPECT_FALSE(done.good);

  ASSERT_TRUE(act(newest, "run").good);
  ASSERT_TRUE(until([&] { return pulses_of(newest + ":run").size() == 1; }));
  ASSERT_TRUE(act(newest, "run").good);
  ASSERT_TRUE(until([&] { return ends(newest).size() == 1; }));
  EXPECT_EQ(text(ends(newest)[0], "reason"), "replaced");
  ASSERT_TRUE(until([&] { return pulses_of(newest + ":run").size() == 2; }));
  ASSERT_TRUE(act(newest, "stop").good);
  ASSERT_TRUE(act(path, "stop").good);
  EXPECT_TRUE(until([&] { return ends(newest).size() == 2 && ends(path).size() == 1; }));
}

TEST_F(slots, are_hardened) {
  const string path = add_slot("safe", "command = [\"sleep\", \"60\"]\nstop_grace = \"1s\"");
  start();
  ASSERT_TRUE(act(path, "run").good);
  ASSERT_TRUE(until([&] { return pulses_of(path + ":run").size() == 1; }));
  const string id = all_of(path).substr(0, 12);
  const auto read = [&](const string& format) {
    string out = docker({"inspect", "--format", format, id});
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
  };
  EXPECT_EQ(read("{{.Config.User}}"), "65534:65534");
  // Podman lists what it would have given.
  const string dropped = read("{{.HostConfig.CapDrop}}");
  EXPECT_NE(dropped.find(on_podman() ? "SETUID" : "[ALL]"), string::npos) << dropped;
  EXPECT_NE(docker({"exec", id, "grep", "CapBnd", "/proc/1/status"}).find("0000000000000000"),
            string::npos);
  EXPECT_NE(read("{{.HostConfig.SecurityOpt}}").find("no-new-privileges"), string::npos);
  EXPECT_EQ(read("{{.HostConfig.ReadonlyRootfs}}"), "true");
  EXPECT_EQ(read("{{.HostConfig.NetworkMode}}"), "none");
  EXPECT_EQ(read("{{.HostConfig.PidsLimit}}"), "256");
  EXPECT_EQ(read("{{.HostConfig.Memory}}"), std::to_string(256U << 20U));
  EXPECT_EQ(read("{{.HostConfig.NanoCpus}}"), "1000000000");
  EXPECT_EQ(read("{{.HostConfig.Privileged}}"), "false");
  EXPECT_NE(read("{{.HostConfig.Tmpfs}}").find("/tmp"), string::npos);
  ASSERT_TRUE(act(path, "stop").good);
  EXPECT_TRUE(until([&] { return ends(path).size() == 1; }));
}

// The label tells whose a run is; the slot and the number may be the same.
TEST_F(slots, that_are_taken_out_of_the_file_are_deleted_with_all_that_hangs_on_them) {
  const string path = add("old", "echo last", "keep = \"all\"");
  start();
  run_once(path);
  ASSERT_FALSE(field("Pulse", target(path) + ":output", "id").empty());
  stop_gantry();
  ASSERT_TRUE(until([&] { return status(path) == "offline"; }));
  core_stage::start();  // without the file
  EXPECT_TRUE(until([&] { return field("Target", target(path), "id").empty(); }));
  EXPECT_EQ(status(path), "");
  for (const char* type : {"Pulse", "Emitter"}) {
    EXPECT_EQ(field(type, target(path) + ":output", "id"), "") << type;
  }
  EXPECT_EQ(field("Action", target(path) + ":run", "id"), "");
  EXPECT_FALSE(all_of(path).empty()) << "it was kept for somebody to look at";
}

TEST_F(slots, leave_the_runs_of_another_gantry_alone) {
  const string path = add_slot("shared", "command = [\"echo\", \"ours\"]");
  const string slot = path.substr(5);
  const auto make = [&](const string& verb, const string& run, const string& script) {
    const string name = "another." + slot + run;
    docker({verb, verb == "run" ? "-d" : "-t", "--network", "none", "--name", name, "--label",
            "gantry.slot=" + slot, "--label", "gantry.run=" + slot + run, "--label",
            "gantry.service=another", "gantry-test", "sh", "-c", script});
    return name;
  };
  const string other = make("run", "-1", "echo theirs; while :; do sleep 1; done");
  const string dead = make("create", "-2", "true");
  start();
  EXPECT_EQ(text(run_once(path), "run"), slot + "-1");
  EXPECT_EQ(text(run_once(path), "reason"), "exit");
  EXPECT_TRUE(until([&] { return all_of(path, "{{.Names}}").find("test.") == string::npos; }));
  EXPECT_EQ(lines_of(path), (std::vector<string>{"ours", "ours"}));
  const string left = all_of(path, "{{.Names}} {{.State}}");
  EXPECT_NE(left.find(other + " running"), string::npos) << left;
  EXPECT_NE(left.find(dead + " created"), string::npos) << left;
  EXPECT_EQ(status("container/" + other), "") << "it is its slot's, not ours";
}

TEST_F(slots, take_a_name_in_use_from_nothing_but_their_own_leavings) {
  const string path = add_slot("named", "command = [\"true\"]");
  const string slot = path.substr(5);
  start();
  const auto occupy = [&](const string& run, std::vector<string> labels) {
    std::vector<string> arguments = {"create", "--network", "none", "--name", "test." + run};
    labels.push_back("gantry.slot=" + slot);
    for (const string& each : labels) arguments.insert(arguments.end(), {"--label", each});
    arguments.insert(arguments.end(), {"gantry-test", "true"});
    docker(arguments);
  };
  occupy(slot + "-1", {});
  const heard_pulse refused = run_once(path);
  EXPECT_EQ(text(refused, "reason"), "not started");
  EXPECT_NE(text(refused, "error").find("in use"), string::npos) << text(refused, "error");
  occupy(slot + "-2", {"gantry.run=" + slot + "-2", "gantry.service=test"});
  EXPECT_EQ(text(run_once(path), "reason"), "exit");
  EXPECT_TRUE(until([&] { return all_of(path, "{{.Names}}") == "test." + slot + "-1"; }));
}

TEST_F(slots, go_on_after_gantry_was_killed) {
  const string path =
      add_slot("long",
               "command = [\"sh\", \"-c\", \"read x; for i in 1 2 3 4 5 6 7 8; do echo "
               "$i; sleep 0.5; done; echo $x\"]\nconcurrency = 2\n"
               "when_full = \"queue\"");
  start();
  for (int n = 0; n < 3; ++n) {
    ASSERT_TRUE(act(path, "run", "{\"n\":" + std::to_string(n) + "}").good);
  }
  ASSERT_TRUE(until([&] { return lines_of(path).size() >= 4; }));
  gantry().send(SIGKILL);
  EXPECT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  start();
  ASSERT_TRUE(until([&] { return ends(path).size() >= 3; }));
  EXPECT_TRUE(until_nothing_is_left(path));
  EXPECT_EQ(ends(path).size(), 3U);
  std::multiset<string> last;
  for (const auto& each : ends(path)) {
    EXPECT_EQ(text(each, "reason"), "exit");
    last.insert(text(each, "data"));
  }
  EXPECT_EQ(last, (std::multiset<string>{"{\"n\":0}", "{\"n\":1}", "{\"n\":2}"}));
  EXPECT_EQ(pulses_of(path + ":run").size(), 3U);
  EXPECT_EQ(lines_of(path).size(), 27U);
}

}  // namespace
}  // namespace gantry::test
