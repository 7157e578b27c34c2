// What gantry remembers on its disk, when something happens to it.
#include <csignal>
#include <filesystem>

#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

class state_on_disk : public core_stage {
 protected:
  void SetUp() override {
    core_stage::SetUp();
    folder_ = std::filesystem::temp_directory_path() / (prefix + "state");
  }
  void TearDown() override {
    end_gantry();
    std::filesystem::remove_all(folder_);
    core_stage::TearDown();
  }

  [[nodiscard]] environment settings() const { return {{"GANTRY_STATE_DIR", folder_.string()}}; }
  [[nodiscard]] std::filesystem::path database() const { return folder_ / "gantry.db"; }

 private:
  std::filesystem::path folder_;
};

TEST_F(state_on_disk, is_written_anew_when_it_was_removed_under_a_running_gantry) {
  start(settings());
  const std::string path =
      "container/" + run_container("clock", "while :; do echo tick; sleep 0.05; done");
  ASSERT_TRUE(until([&] { return lines_of(path).size() > 2; }));
  for (const char* part : {"", "-wal", "-shm"}) {
    std::filesystem::remove(database().string() + part);
  }
  ASSERT_TRUE(until([&] { return std::filesystem::exists(database()); }));
  const std::size_t lines = lines_of(path).size();
  ASSERT_TRUE(until([&] { return lines_of(path).size() > lines + 10; }));

  // All that was known before is in the new one: the next life goes on from there.
  gantry().send(SIGKILL);
  ASSERT_TRUE(until([&] { return gantry().exit_status().has_value(); }));
  docker({"rm", "-f", prefix + "clock"});
  kill_core();
  start_core();
  start(settings());
  EXPECT_TRUE(until([&] { return status(path) == "offline"; }));
  EXPECT_TRUE(until(
      [&] { return pulses_of(path + ":stop").size() + pulses_of(path + ":finish").size() == 1; }));
  EXPECT_EQ(pulses_of(path + ":run").size(), 1U) << "it is the same run";
}

}  // namespace
}  // namespace gantry::test
