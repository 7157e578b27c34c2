// The engine dies and comes back while gantry runs.
#include <filesystem>

#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

// An engine of its own: killing the shared one would disturb other tests.
class engine_restart : public stage {
 protected:
  void SetUp() override {
    stage::SetUp();
    if (IsSkipped()) return;
    folder_ = std::filesystem::temp_directory_path() / (prefix + "engine");
    start_engine();
    start_core();
  }

  void TearDown() override {
    if (!folder_.empty()) engine("remove");
    engine_host.clear();  // nothing is left to be cleaned up there
  }

  std::string engine(const char* what) {
    std::vector<std::string> command{GANTRY_ENGINE_SCRIPT, what};
    if (engine_for_tests().podman) command.emplace_back("--podman");
    return run_command(command, {{"GANTRY_ENGINE_DIR", folder_}});
  }

  void start_engine() {
    const std::string printed = engine("start");
    engine_host = printed.substr(printed.rfind("DOCKER_HOST=") + 12);
  }

 private:
  std::string folder_;
};

TEST_F(engine_restart, is_told_and_survived) {
  const char* counting =
      "trap 'exit 0' TERM; n=0; while :; do n=$((n+1)); echo tick $n; sleep 0.05 & wait; done";
  const std::string path = "container/" + run_container("clock", counting);
  start_gantry();
  ASSERT_TRUE(until([&] { return lines_of(path).size() > 3; }));

  engine("kill");
  ASSERT_TRUE(until([&] { return status(path) == "offline"; }));
  EXPECT_EQ(field("Instance", instance(), "status"), "Error");
  EXPECT_NE(field("Instance", instance(), "message").find(engine_host), std::string::npos);
  EXPECT_TRUE(until([&] { return alert("engine") == "engine-lost"; }));
  const answer refused = act(path, "run");
  EXPECT_FALSE(refused.good);

  start_engine();
  ASSERT_TRUE(until([&] { return status(path) == "online" && registered(); }));
  EXPECT_TRUE(until([&] { return alert("engine").empty(); }));
  EXPECT_EQ(field("Instance", instance(), "message"), "");
  const std::size_t heard = lines_of(path).size();
  ASSERT_TRUE(until([&] {
    // Without live-restore Docker ends what ran. Podman's containers need no server.
    if (engine_for_tests().podman) return lines_of(path).size() > heard + 10;
    return pulses_of(path + ":finish").size() + pulses_of(path + ":stop").size() == 1;
  }));
  const auto before = lines_of(path);
  // It printed before gantry came; from then on each tick once.
  const int first = std::stoi(before.at(0).substr(5));
  for (std::size_t each = 0; each < before.size(); ++each) {
    ASSERT_EQ(before[each], "tick " + std::to_string(first + static_cast<int>(each)));
  }
  const answer done = act(path, engine_for_tests().podman ? "restart" : "run");
  EXPECT_TRUE(done.good) << done.text;
  EXPECT_TRUE(until([&] { return lines_of(path).size() > before.size() + 2; }));
}

TEST_F(engine_restart, comes_only_after_gantry) {
  engine("stop");
  start_gantry();
  ASSERT_TRUE(until([&] { return field("Instance", instance(), "status") == "Error"; }));
  start_engine();
  EXPECT_TRUE(until([&] { return registered(); }));
  const std::string path = "container/" + create_container("late", "echo");
  EXPECT_TRUE(until([&] { return status(path) == "online"; }));
}

}  // namespace
}  // namespace gantry::test
