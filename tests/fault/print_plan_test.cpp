// The script of a container prints what the plan says, in the shell that the containers have.
#include "tests/fault/print_plan.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <sstream>

#include "tests/integration/process.hpp"

namespace gantry::test {
namespace {

namespace fs = std::filesystem;

std::string joined(const print_plan& plan, std::size_t run, const std::string& stream) {
  std::string out;
  for (const printed_line& each : plan.lines_of_run(run)) {
    if (stream.empty() || each.stream == stream) out += (out.empty() ? "" : "\n") + each.text;
  }
  return out;
}

class plans : public testing::Test {
 protected:
  plans() : file_(fs::temp_directory_path() / ("gantry-plan-" + std::to_string(getpid()))) {
    fs::remove(file_);
  }
  ~plans() override { fs::remove(file_); }

  [[nodiscard]] std::string run(const print_plan& plan, const std::string& redirection) const {
    return run_command({"busybox", "sh", "-c", "{ " + plan.script(file_) + "; } " + redirection});
  }

 private:
  std::string file_;
};

TEST_F(plans, are_printed_on_both_streams) {
  print_plan plan;
  plan.name = "c07";
  plan.lines = 1'000;
  plan.pause = std::chrono::milliseconds(1);
  EXPECT_EQ(run(plan, "2>/dev/null"), joined(plan, 1, "stdout"));
  EXPECT_EQ(run(plan, "2>&1 >/dev/null"), joined(plan, 2, "stderr")) << "the second run";
  EXPECT_EQ(run(plan, "2>&1"), joined(plan, 3, ""));
}

TEST_F(plans, may_be_without_errors_and_long_lines) {
  print_plan plan;
  plan.name = "c08";
  plan.lines = 500;
  plan.errors = false;
  plan.long_lines = false;
  plan.padding = 1;
  EXPECT_EQ(run(plan, ""), joined(plan, 1, "stdout"));
}

TEST_F(plans, hold_each_line_once_and_some_long_ones) {
  print_plan plan;
  plan.name = "c09";
  plan.lines = 1'000;
  std::set<std::string> all;
  std::size_t wide = 0;
  for (const printed_line& each : plan.lines_of_run(1)) {
    all.insert(each.text);
    if (each.text.size() > 1'000) {
      ++wide;
      EXPECT_GT(each.text.size(), 20'000U);
      EXPECT_LT(each.text.size(), 40'100U);
    }
  }
  EXPECT_EQ(all.size(), 1'000U);
  EXPECT_EQ(wide, 2U);
}

}  // namespace
}  // namespace gantry::test
