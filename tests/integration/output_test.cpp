// Every line that a real container prints arrives in the core once, in order, and before the end.
#include <gmock/gmock.h>

#include "model/json.hpp"
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

class output : public stage {
 protected:
  void SetUp() override {
    stage::SetUp();
    if (IsSkipped()) return;
    start_core();
    start_gantry();
    ASSERT_TRUE(until([&] { return registered(); }));
  }

  bool finished(const std::string& path, std::chrono::seconds limit = patience) {
    return until([&] { return !pulses_of(path + ":finish").empty(); }, limit);
  }

  const json::document& finish_of(const std::string& path) {
    return *pulses_of(path + ":finish").at(0).data;
  }
};

TEST_F(output, two_hundred_thousand_lines_and_then_the_end) {
  constexpr std::size_t many = 200'000;
  const char* script = "seq 200000 | sed 's/.*/line & of a very long log/'; exit 4";
  const std::string path = "container/" + run_container("flood", script);
  ASSERT_TRUE(finished(path, std::chrono::seconds(170)));
  const auto lines = lines_of(path);
  ASSERT_EQ(lines.size(), many);
  for (std::size_t each = 0; each < many; ++each) {
    ASSERT_EQ(lines[each], "line " + std::to_string(each + 1) + " of a very long log");
  }
  EXPECT_EQ(finish_of(path)["exitCode"].GetInt(), 4);
  std::size_t last_output = 0;
  std::size_t end = 0;
  for (std::size_t at = 0; at < pulses().size(); ++at) {
    if (pulses()[at].emitter == path + ":output") last_output = at;
    if (pulses()[at].emitter == path + ":finish") end = at;
  }
  EXPECT_GT(end, last_output);
}

TEST_F(output, a_container_that_lives_for_a_moment_loses_nothing) {
  const std::string path =
      "container/" + run_container("moment", "echo a; echo b >&2; echo '{\"n\":1}'");
  ASSERT_TRUE(finished(path));
  EXPECT_EQ(lines_of(path).size(), 3U);
  EXPECT_EQ(json::write(finish_of(path)["data"]), "{\"n\":1}");
  EXPECT_EQ(pulses_of(path + ":run").size(), 1U);
}

// Met again by each start, for it is in the log.
TEST_F(output, a_line_that_is_hard_to_read_as_json_arrives_as_it_was_printed) {
  const std::string zeros(400, '0');
  const std::string deep = std::string(70, '[') + std::string(70, ']');
  const std::vector<std::string> printed{"[99999999999999999999,0." + zeros + "]",
                                         "[99999999999999999999,1.5e309]",
                                         "1e400",
                                         deep,
                                         R"("half \ud83d")",
                                         "123456789012345678901234567890"};
  std::string script = "cat <<'END'\n";
  for (const std::string& each : printed) script += each + "\n";
  const std::string path = "container/" + run_container("odd", script + "END\n" + ticking);
  ASSERT_TRUE(until([&] { return lines_of(path).size() > printed.size(); }));
  const auto arrived = [&] {
    auto lines = lines_of(path);
    lines.resize(printed.size());
    return lines;
  };
  EXPECT_EQ(arrived(), printed);
  for (const auto& each : pulses_of(path + ":output")) {
    if ((*each.data)["count"].GetInt() != 1) continue;
    const std::string text = (*each.data)["text"].GetString();
    const bool value = text == printed.front() || text == printed.back();
    EXPECT_EQ(each.data->HasMember("json"), value) << text;
    if (text == printed.back()) break;
  }
  gantry().send(SIGKILL);
  ASSERT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  const auto before = lines_of(path).size();
  start_gantry();
  EXPECT_TRUE(until([&] { return lines_of(path).size() > before; })) << "it ended again";
  EXPECT_EQ(arrived(), printed);
}

// Docker's driver `local` keeps no newline behind the last part of a line that it has cut.
TEST_F(output, long_lines_that_the_driver_local_keeps_are_told_apart) {
  GANTRY_SKIP_ON_PODMAN("it has no such driver");
  const char* script = "head -c 40000 /dev/zero | tr '\\0' x; echo; echo next; printf end";
  const std::string path = "container/" + run_container("local", script, {"--log-driver", "local"});
  ASSERT_TRUE(finished(path));
  EXPECT_EQ(lines_of(path), (std::vector<std::string>{std::string(40'000, 'x'), "next", "end"}));
}

TEST_F(output, the_pulses_of_a_run_name_it_and_say_the_same_of_its_start) {
  const std::string name = run_container("runs", "echo a; sleep 0.2; echo b");
  const std::string path = "container/" + name;
  ASSERT_TRUE(finished(path));
  docker({"start", name});
  ASSERT_TRUE(until([&] { return pulses_of(path + ":finish").size() == 2; }));
  const std::string id = docker({"inspect", "--format", "{{.Id}}", name}).substr(0, 12);
  const auto text = [](const heard_pulse& each, const char* key) {
    return std::string(json::find_string(*each.data, key).value_or(""));
  };
  for (std::size_t run = 0; run < 2; ++run) {
    const heard_pulse began = pulses_of(path + ":run").at(run);
    const heard_pulse ended = pulses_of(path + ":finish").at(run);
    EXPECT_EQ(text(began, "run"), id + "-" + std::to_string(run + 1));
    EXPECT_EQ(text(ended, "run"), text(began, "run"));
    EXPECT_EQ(text(ended, "startedAt"), text(began, "startedAt"));
  }
  for (const heard_pulse& each : pulses_of(path + ":output")) {
    EXPECT_THAT(text(each, "run"), testing::AnyOf(id + "-1", id + "-2"));
  }
}

TEST_F(output, a_container_that_is_removed_as_it_ends_loses_nothing) {
  GANTRY_SKIP_ON_PODMAN("its events come up to 250 ms late, and a log goes with its container");
  const std::string path = "container/" + run_container("rm", "echo a; sleep 3; echo b", {"--rm"});
  ASSERT_TRUE(finished(path));
  EXPECT_EQ(lines_of(path), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(finish_of(path)["exitCode"].GetInt(), 0);
  EXPECT_TRUE(until([&] { return status(path) == "offline"; }));
}

TEST_F(output, odd_bytes_long_lines_and_terminals) {
  const std::string odd =
      "container/" + run_container("odd", "printf 'a\\377b\\000c\\nno newline'");
  ASSERT_TRUE(finished(odd));
  EXPECT_EQ(lines_of(odd), (std::vector<std::string>{"a\xEF\xBF\xBD"
                                                     "b\xE2\x90\x80"
                                                     "c",
                                                     "no newline"}));

  const std::string wide =
      "container/" + run_container("wide",
                                   "head -c 100000 /dev/zero | tr '\\0' x; echo; head -c 2000000 "
                                   "/dev/zero | tr '\\0' y; echo; echo end");
  ASSERT_TRUE(finished(wide));
  const auto lines = lines_of(wide);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], std::string(100'000, 'x'));
  EXPECT_EQ(lines[1], std::string(1 << 20, 'y'));
  EXPECT_EQ(lines[2], "end");
  EXPECT_TRUE((*pulses_of(wide + ":output").at(1).data)["truncated"].GetBool());

  const std::string tty = "container/" + run_container("tty", "echo one; echo two", {"-t"});
  ASSERT_TRUE(finished(tty));
  EXPECT_EQ(lines_of(tty), (std::vector<std::string>{"one", "two"}));
}

TEST_F(output, equal_lines_are_heard_each) {
  const std::string path =
      "container/" + run_container("same", "for n in 1 2 3 4 5; do echo same; sleep 0.05; done");
  ASSERT_TRUE(finished(path));
  EXPECT_EQ(lines_of(path), std::vector<std::string>(5, "same"));
}

TEST_F(output, single_json_lines_come_with_their_value) {
  const std::string path =
      "container/" + run_container("json", "echo '{\"t\": 21.5}'; sleep 0.2; echo plain");
  ASSERT_TRUE(finished(path));
  const auto pulses = pulses_of(path + ":output");
  ASSERT_EQ(pulses.size(), 2U);
  EXPECT_EQ(json::write((*pulses[0].data)["json"]), "{\"t\":21.5}");
  EXPECT_FALSE(pulses[1].data->HasMember("json"));
}

}  // namespace
}  // namespace gantry::test
