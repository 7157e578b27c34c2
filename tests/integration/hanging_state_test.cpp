// A disk that does not answer for a while, and lines that come meanwhile.
#include <gmock/gmock.h>

#include <filesystem>

#include "tests/executor/temp_folder.hpp"
#include "tests/integration/stage.hpp"

namespace gantry::test {
namespace {

using testing::HasSubstr;

class hanging_state : public core_stage {
 protected:
  void SetUp() override {
    core_stage::SetUp();
    if (!IsSkipped()) clock_ = run_container("clock", "while :; do echo tick; sleep 0.05; done");
  }
  void TearDown() override {
    set_hanging(false);
    end_gantry();
    core_stage::TearDown();
  }
  environment settings() const {
    return {{"LD_PRELOAD", GANTRY_HANGING_DISK},
            {"GANTRY_TEST_HANGS_WHILE", folder_.file("hangs")}};
  }
  void set_hanging(bool hangs) {
    if (hangs) {
      (void)folder_.write("hangs", "");
    } else {
      std::filesystem::remove(folder_.file("hangs"));
    }
  }
  [[nodiscard]] std::size_t ticks() const { return lines_of("container/" + clock_).size(); }
  [[nodiscard]] bool says_that_it_hangs() const {
    return field("Instance", instance(), "message").find("has not answered for 2 s") !=
           std::string::npos;
  }

  temp_folder folder_;
  std::string clock_;
};

TEST_F(hanging_state, holds_up_no_line_and_loses_none) {
  start(settings());
  ASSERT_TRUE(until([&] { return ticks() > 2; }));
  for (int times = 0; times < 2; ++times) {
    set_hanging(true);
    ASSERT_TRUE(until([&] { return says_that_it_hangs(); })) << gantry().log();
    const std::size_t before = ticks();
    EXPECT_TRUE(until([&] { return ticks() > before + 40; })) << "and lines_of() finds no gap";
    const std::string other = "container/" + run_container("other" + std::to_string(times), "echo");
    EXPECT_TRUE(until([&] { return pulses_of(other + ":finish").size() == 1; }))
        << "what is new is published";
    set_hanging(false);
    EXPECT_TRUE(until([&] { return !says_that_it_hangs(); }));
    const std::size_t behind = ticks();
    EXPECT_TRUE(until([&] { return ticks() > behind + 5; }));
  }
  EXPECT_THAT(gantry().log(), HasSubstr("gantry goes on in memory (outbox.memory_bytes_max)"));
  EXPECT_THAT(gantry().log(), HasSubstr("the disk answers again, after"));
  stop_gantry();
  const std::size_t told = ticks();
  start(settings());
  EXPECT_TRUE(until([&] { return ticks() > told + 5; })) << "and none is told twice";
}

}  // namespace
}  // namespace gantry::test
