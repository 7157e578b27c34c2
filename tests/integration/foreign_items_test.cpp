// What an engine tells now and then that is no news of a container, or is far too long: nothing is
// lost by it, nothing goes offline, and it is not met again after a restart.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

class foreign_items : public core_stage {
 protected:
  // The words that an argument may have, some 128 KiB.
  static constexpr std::size_t argument_bytes = 100'000;

  bool told(const std::string& path, std::size_t runs) {
    return until([&] { return pulses_of(path + ":finish").size() == runs; });
  }
  double exit_code(const std::string& path) const {
    const auto ends = pulses_of(path + ":finish");
    const auto* code = ends.empty() ? nullptr : json::find(*ends.back().data, "exitCode");
    return code != nullptr && code->IsNumber() ? code->GetDouble() : -1;
  }
  // Podman's reader of its own events gives up at long ones, and ends the stream: that is seen.
  void expect_that_the_engine_was_never_away(bool had_long_events = false) {
    if (had_long_events && engine_for_tests().podman) return;
    EXPECT_EQ(gantry().log().find("does not answer"), std::string::npos);
    EXPECT_EQ(alert("engine"), "");
  }
  static std::vector<std::string> labels(std::size_t count, std::size_t bytes) {
    std::vector<std::string> out;
    for (std::size_t each = 0; each < count; ++each) {
      out.emplace_back("-l");
      out.push_back("large" + std::to_string(each) + "=" + std::string(bytes, 'x'));
    }
    return out;
  }
};

TEST_F(foreign_items, a_prune_is_nobodys_news) {
  const std::string path = "container/" + run_container("clock", ticking);
  start_gantry();
  ASSERT_TRUE(until([&] { return lines_of(path).size() > 2; }));
  docker({"container", "prune", "-f", "--filter", "label=" + prefix + "nobody"});
  const std::string next = "container/" + run_container("next", "exit 3");
  EXPECT_TRUE(told(next, 1));  // by an event behind that one
  EXPECT_EQ(exit_code(next), 3);
  EXPECT_EQ(status(path), "online");
  docker({"container", "prune", "-f", "--filter", "label=" + prefix + "nobody"});
  expect_that_the_engine_was_never_away();

  stop_gantry();
  start_gantry();
  const std::size_t lines = lines_of(path).size();
  ASSERT_TRUE(until([&] { return registered() && lines_of(path).size() > lines + 2; }));
  docker({"start", prefix + "next"});
  EXPECT_TRUE(told(next, 2));
  EXPECT_EQ(status(path), "online");
  expect_that_the_engine_was_never_away();
}

TEST_F(foreign_items, labels_of_a_megabyte_and_more_are_no_reason_to_miss_a_run) {
  start_gantry();
  ASSERT_TRUE(until([&] { return registered(); }));
  const std::string clock = "container/" + run_container("clock", ticking);
  const auto run_once = [&](const std::string& name, const std::vector<std::string>& options) {
    const std::string path = "container/" + run_container(name, "echo here; exit 7", options);
    EXPECT_TRUE(told(path, 1)) << name;
    EXPECT_EQ(exit_code(path), 7) << name;
    EXPECT_EQ(pulses_of(path + ":run").size(), 1U) << name;
    EXPECT_EQ(lines_of(path), std::vector<std::string>{"here"}) << name;
  };
  run_once("long", labels(12, argument_bytes));
  EXPECT_EQ(gantry().log().find("passes over"), std::string::npos) << "it is understood";
  run_once("many", labels(12'000, 100));  // too large even when each is cut
  EXPECT_TRUE(until([&] { return status(clock) == "online"; }));
  expect_that_the_engine_was_never_away(true);

  stop_gantry();
  start_gantry();
  ASSERT_TRUE(until([&] { return registered() && status(clock) == "online"; }));
  docker({"start", prefix + "many"});
  EXPECT_TRUE(told("container/" + prefix + "many", 2));
  EXPECT_EQ(pulses_of("container/" + prefix + "long:finish").size(), 1U);
  expect_that_the_engine_was_never_away(true);
}

TEST_F(foreign_items, a_long_command_of_an_exec_is_no_news_of_its_container) {
  const std::string path = "container/" + run_container("clock", ticking);
  start_gantry();
  ASSERT_TRUE(until([&] { return lines_of(path).size() > 2; }));
  std::vector<std::string> exec{"exec", prefix + "clock", "true"};
  for (int each = 0; each < 7; ++each) exec.emplace_back(argument_bytes, 'x');
  docker(exec);
  const std::string next = "container/" + run_container("next", "exit 3");
  EXPECT_TRUE(told(next, 1));
  EXPECT_EQ(status(path), "online");
  expect_that_the_engine_was_never_away();
}

// As a file system leaves it behind a loss of power.
TEST_F(foreign_items, a_damaged_log_keeps_back_no_later_line_and_no_end) {
  GANTRY_SKIP_ON_PODMAN("its logs are files of another form, in a folder that it does not name");
  start_gantry();
  const std::string name = run_container("clock", ticking);
  const std::string path = "container/" + name;
  const std::string file = docker({"inspect", "--format", "{{.LogPath}}", name});
  ASSERT_EQ(access(file.c_str(), W_OK), 0)
      << "take the engine that scripts/engine starts: " << file;
  ASSERT_TRUE(until([&] { return lines_of(path).size() > 2; }));
  stop_gantry();
  std::ofstream(file, std::ios::app) << std::string(300, '\0') << "\n";
  start_gantry();
  // Among them is a notice where the engine does not find the place again.
  const auto told_of_output = [&] { return pulses_of(path + ":output").size(); };
  const std::size_t before = told_of_output();
  EXPECT_TRUE(until([&] { return told_of_output() > before + 3; }));
  docker({"kill", name});
  EXPECT_TRUE(until([&] { return pulses_of(path + ":stop").size() == 1; }));
  docker({"start", name});
  const std::size_t ended = told_of_output();
  EXPECT_TRUE(until([&] { return told_of_output() > ended + 3; }));
}

}  // namespace
}  // namespace gantry::test
