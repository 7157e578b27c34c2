// What the configuration has to allow: signals, input, programs run inside, removal. On a real
// engine.
#include <gmock/gmock.h>

#include <algorithm>

#include "model/json.hpp"
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* trapping =
    "trap 'echo got USR1' USR1; trap 'exit 0' TERM; echo ready; while :; do sleep 0.1 & wait; done";
constexpr const char* idle = "trap 'exit 0' TERM; while :; do sleep 1 & wait; done";
constexpr const char* answering = "while read -r line; do echo \"got $line\"; done; echo end";

class operators : public core_stage {
 protected:
  void SetUp() override {
    core_stage::SetUp();
    if (!IsSkipped()) start({{"GANTRY_ALLOW", "container/*:*"}});
  }

  // A container that runs, and is seen to.
  std::string run(const std::string& name, const std::string& script,
                  std::vector<std::string> options = {}) {
    const std::string path = "container/" + run_container(name, script, std::move(options));
    EXPECT_TRUE(until([&] { return state(path) == "running"; })) << path;
    return path;
  }

  std::string name_of(const std::string& path) const {
    return path.substr(std::string("container/").size());
  }

  bool printed(const std::string& path, const std::string& line) {
    return until([&] { return std::ranges::count(lines_of(path), line) == 1; });
  }

  // What a program that was run inside came to; fails the test when it was refused.
  std::shared_ptr<json::document> exec(const std::string& path, const std::string& data) {
    const answer done = act(path, "exec", data);
    EXPECT_TRUE(done.good) << done.text;
    auto out = std::make_shared<json::document>();
    auto parsed = json::parse(done.text);
    if (parsed) *out = *std::move(parsed);
    EXPECT_TRUE(out->IsObject() && out->HasMember("exitCode")) << done.text;
    return out;
  }
};

TEST_F(operators, send_signals_by_their_names) {
  const std::string path = run("web", trapping);
  ASSERT_TRUE(printed(path, "ready"));
  answer done = act(path, "kill", R"({"signal":"USR1"})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_THAT(done.text, HasSubstr("got SIGUSR1"));
  EXPECT_TRUE(printed(path, "got USR1"));
  EXPECT_EQ(state(path), "running");

  done = act(path, "kill", R"({"signal":"SIGNONE"})");
  EXPECT_FALSE(done.good);
  EXPECT_THAT(done.text, AllOf(HasSubstr("no signal SIGNONE"), HasSubstr("SIGTERM")));

  done = act(path, "kill");
  EXPECT_TRUE(done.good) << done.text;
  ASSERT_TRUE(until([&] { return pulses_of(path + ":stop").size() == 1; }));
  const json::document& end = *pulses_of(path + ":stop")[0].data;
  EXPECT_EQ(json::find_string(end, "signal"), "SIGKILL");
  EXPECT_EQ(json::find_string(end, "askedBy"), "gantry");
  EXPECT_EQ(end["exitCode"].GetInt(), 137);

  done = act(path, "kill");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_THAT(done.text, HasSubstr("there is nothing to kill"));
}

// A program that does not know the signal is ended by it, though nobody asked for its end.
TEST_F(operators, end_a_run_by_a_signal_that_its_program_does_not_know) {
  GANTRY_SKIP_ON_PODMAN("it does not tell which signal was sent");
  const std::string path = run("job", "echo ready; sleep 1000", {"--init"});
  ASSERT_TRUE(printed(path, "ready"));
  const answer done = act(path, "kill", R"({"signal":"SIGUSR1"})");
  EXPECT_TRUE(done.good) << done.text;
  ASSERT_TRUE(until([&] { return pulses_of(path + ":finish").size() == 1; }));
  const json::document& end = *pulses_of(path + ":finish")[0].data;
  EXPECT_EQ(json::find_string(end, "signal"), "SIGUSR1");
  EXPECT_TRUE(end["askedBy"].IsNull()) << json::write(end);
  EXPECT_TRUE(pulses_of(path + ":stop").empty());
}

TEST_F(operators, pause_and_go_on) {
  const std::string path = run("web", trapping);
  answer done = act(path, "pause");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return state(path) == "paused"; }));
  done = act(path, "pause");
  EXPECT_THAT(done.text, HasSubstr("is paused already"));
  EXPECT_TRUE(done.good) << done.text;
  done = act(path, "exec", R"({"command":["true"]})");
  EXPECT_FALSE(done.good);
  EXPECT_THAT(done.text, HasSubstr("paused"));

  done = act(path, "unpause");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return state(path) == "running"; }));
  done = act(path, "unpause");
  EXPECT_THAT(done.text, HasSubstr("is not paused"));
  EXPECT_TRUE(pulses_of(path + ":run").size() == 1) << "the run goes on";
}

TEST_F(operators, write_lines_and_json_to_the_input) {
  const std::string path = run("reader", answering, {"-i"});
  answer done = act(path, "write", R"({"text":"hello, world"})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(printed(path, "got hello, world"));
  done = act(path, "write", R"({"json":{"a":[1,2],"b":"é"}})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(printed(path, R"(got {"a":[1,2],"b":"é"})"));
  EXPECT_FALSE(act(path, "write", R"({"text":"a","json":1})").good) << "one of them";

  // The input of another run is another one.
  EXPECT_TRUE(act(path, "restart", R"({"timeout":1})").good);
  ASSERT_TRUE(until([&] { return pulses_of(path + ":run").size() == 2; }));
  done = act(path, "write", R"({"text":"again"})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(printed(path, "got again"));

  EXPECT_TRUE(act(path, "stop", R"({"timeout":1})").good);
  done = act(path, "write", R"({"text":"late"})");
  EXPECT_FALSE(done.good);
  EXPECT_THAT(done.text, HasSubstr("only a running container reads its input"));
}

TEST_F(operators, are_told_that_a_container_has_no_input) {
  const std::string path = run("deaf", idle);
  const answer done = act(path, "write", R"({"text":"hello"})");
  EXPECT_FALSE(done.good);
  EXPECT_THAT(done.text, AllOf(HasSubstr("has no input"), HasSubstr("docker run -i")));
}

TEST_F(operators, are_told_that_a_container_does_not_read_and_others_are_not_held_up) {
  const std::string stuck = run("stuck", idle, {"-i"});
  const std::string other = run("reader", answering, {"-i"});
  const std::string data = R"({"text":")" + std::string(65'000, 'x') + "\"}";
  // Until the pipe and the sockets between are full.
  answer done{true, ""};
  int taken = 0;
  for (; done.good && taken < 50; ++taken) {
    done = act(stuck, "write", data);
    if (done.text.find("\"accepted\"") != std::string::npos) break;
  }
  EXPECT_FALSE(done.good) << done.text;
  EXPECT_THAT(done.text, HasSubstr("did not read its input"));
  EXPECT_GT(taken, 1);

  done = act(other, "write", R"({"text":"hello"})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(printed(other, "got hello"));
  EXPECT_EQ(state(stuck), "running");
}

TEST_F(operators, write_to_so_many_containers_at_a_time) {
  constexpr int open_max = 16;
  run_command({"sh", "-c",
               "for n in $(seq 0 16); do docker run -d -i --network none --name ${PREFIX}r$n "
               "gantry-test cat & done; wait"},
              {{"DOCKER_HOST", engine_host}, {"PREFIX", prefix}});
  const auto path = [&](int n) { return "container/" + prefix + "r" + std::to_string(n); };
  for (int n = 0; n <= open_max; ++n) {
    ASSERT_TRUE(until([&] { return state(path(n)) == "running"; })) << path(n);
  }
  for (int n = 0; n <= open_max; ++n) {  // the last one has the place of the first
    const answer done = act(path(n), "write", R"({"text":"hello"})");
    EXPECT_TRUE(done.good) << done.text;
    EXPECT_TRUE(printed(path(n), "hello"));
  }
}

TEST_F(operators, run_programs_inside) {
  const std::string path = run("web", idle);
  auto done = exec(path, R"({"command":["sh","-c","echo out; echo err >&2; exit 3"]})");
  EXPECT_EQ((*done)["exitCode"].GetInt(), 3);
  EXPECT_EQ(json::find_string(*done, "stdout"), "out\n");
  EXPECT_EQ(json::find_string(*done, "stderr"), "err\n");
  EXPECT_FALSE((*done)["stdoutTruncated"].GetBool());

  done = exec(path, R"({"command":["id","-u"],"user":"65534"})");
  EXPECT_EQ(json::find_string(*done, "stdout"), "65534\n");

  done = exec(path, R"({"command":["sh","-c","head -c 300000 /dev/zero | tr '\\0' x"]})");
  EXPECT_EQ((*done)["stdout"].GetStringLength(), 64U << 10U);
  EXPECT_TRUE((*done)["stdoutTruncated"].GetBool());
  EXPECT_FALSE((*done)["stderrTruncated"].GetBool());
  EXPECT_EQ((*done)["exitCode"].GetInt(), 0) << "what is beyond the limit is read all the same";
  EXPECT_EQ(state(path), "running");
  EXPECT_TRUE(pulses_of(path + ":finish").empty());
}

TEST_F(operators, are_told_in_time_that_a_program_goes_on) {
  const std::string path = run("web", idle);
  answer done = act(path, "exec", R"({"command":["sleep","30"]})");
  EXPECT_FALSE(done.good) << "without a time-out the outcome is in the answer: " << done.text;
  EXPECT_THAT(done.text, HasSubstr("no end after 4 s"));

  done = act(path, "exec", R"({"command":["sh","-c","sleep 5; echo late"],"timeout":20})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_THAT(done.text, HasSubstr("\"accepted\":true"));
  EXPECT_TRUE(
      until([&] { return gantry().log().find(R"("stdout":"late\n")") != std::string::npos; }));
}

TEST_F(operators, are_told_what_cannot_be_run_inside) {
  const std::string path = run("web", idle);
  answer done = act(path, "exec", R"({"command":["sleep","30"],"timeout":1})");
  EXPECT_FALSE(done.good);
  EXPECT_THAT(done.text, HasSubstr("no end after 1 s"));

  done = act(path, "exec", R"({"command":["/no/such/program"]})");
  EXPECT_FALSE(done.good) << done.text;
  EXPECT_THAT(done.text, HasSubstr("/no/such/program"));
  done = act(path, "exec", R"({"command":["sh","-c","exit 127"]})");
  EXPECT_TRUE(done.good) << "it ran: " << done.text;

  EXPECT_FALSE(act(path, "exec", R"({"command":[]})").good);
  EXPECT_FALSE(act(path, "exec", R"({"command":"ls"})").good);
  EXPECT_FALSE(act(path, "exec", "{}").good);

  EXPECT_TRUE(act(path, "stop", R"({"timeout":1})").good);
  done = act(path, "exec", R"({"command":["true"]})");
  EXPECT_FALSE(done.good);
  EXPECT_THAT(done.text, HasSubstr("running"));
}

TEST_F(operators, remove_containers) {
  const std::string path = run("web", idle);
  const std::string stopped = "container/" + create_container("old", idle);
  ASSERT_TRUE(until([&] { return state(stopped) == "created"; }));
  answer done = act(path, "remove");
  EXPECT_FALSE(done.good);
  EXPECT_THAT(done.text, HasSubstr("force"));
  EXPECT_EQ(status(path), "online");

  done = act(path, "remove", R"({"force":true})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return status(path) == "offline"; }));
  EXPECT_TRUE(until([&] { return pulses_of(path + ":stop").size() == 1; }));

  done = act(stopped, "remove", R"({"volumes":true})");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return status(stopped) == "offline"; }));
  EXPECT_EQ(docker({"ps", "-aq", "--filter", "name=^/?" + prefix}), "");

  EXPECT_FALSE(act(stopped, "run").good);
}

}  // namespace
}  // namespace gantry::test
