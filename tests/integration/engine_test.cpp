// The engine dies and comes back while gantry runs.
#include <sys/resource.h>

#include <algorithm>
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

// It takes connections and says nothing. So does nobody else need to wait for a minute.
TEST_F(engine_restart, is_noticed_when_it_stands_still) {
  const std::string path = "container/" + run_container("clock", ticking);
  start_gantry();
  ASSERT_TRUE(until([&] { return state(path) == "running" && lines_of(path).size() > 2; }));

  engine("freeze");
  // 5 s, and the time that a busy machine takes.
  ASSERT_TRUE(until([&] { return status(path) == "offline"; }, std::chrono::seconds(25)));
  EXPECT_TRUE(until([&] { return alert("engine") == "engine-lost"; }));
  EXPECT_EQ(alert(path), "");
  EXPECT_TRUE(until([&] {
    return field("Instance", instance(), "message").find("said nothing for 5 s") !=
           std::string::npos;
  }));

  engine("thaw");
  ASSERT_TRUE(until([&] { return status(path) == "online"; }, std::chrono::seconds(25)));
  const std::size_t heard = lines_of(path).size();
  EXPECT_TRUE(until([&] { return lines_of(path).size() > heard + 5; }));
  EXPECT_TRUE(until([&] { return alert("engine").empty(); }));
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

// gantry has no descriptor left: its own fault, and no word of the engine.
class engine_without_descriptors : public core_stage {
 protected:
  void limit_descriptors(rlim_t most) {
    rlimit limit{};
    ASSERT_EQ(prlimit(gantry().id(), RLIMIT_NOFILE, nullptr, &limit), 0);
    limit.rlim_cur = std::min(most, limit.rlim_max);
    ASSERT_EQ(prlimit(gantry().id(), RLIMIT_NOFILE, &limit, nullptr), 0);
  }
  std::string message() { return field("Instance", instance(), "message"); }
};

TEST_F(engine_without_descriptors, sets_nothing_offline_and_is_said) {
  const std::string path = "container/" + run_container("clock", ticking);
  start();
  ASSERT_TRUE(until([&] { return lines_of(path).size() > 3; }));
  limit_descriptors(3);
  const std::string late = "container/" + run_container("late", ticking);
  ASSERT_TRUE(until([&] {
    EXPECT_EQ(status(path), "online");
    return message().find("Gantry lacks what it needs") != std::string::npos;
  })) << gantry().log();
  EXPECT_NE(message().find("Too many open files"), std::string::npos) << message();
  EXPECT_EQ(field("Instance", instance(), "status"), "Available");
  EXPECT_EQ(alert("engine"), "");
  const std::size_t heard = lines_of(path).size();
  // What is read goes on; with Podman each part of a log takes an inspection.
  if (!engine_for_tests().podman) {
    EXPECT_TRUE(until([&] { return lines_of(path).size() > heard + 5; }));
  }
  limit_descriptors(1'024);
  EXPECT_TRUE(until([&] { return lines_of(path).size() > heard + 10; }));
  EXPECT_TRUE(until([&] { return lines_of(late).size() > 3 && message().empty(); })) << message();
  EXPECT_EQ(status(path), "online");
}

}  // namespace
}  // namespace gantry::test
