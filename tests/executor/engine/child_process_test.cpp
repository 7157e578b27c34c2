#include "executor/engine/child_process.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "fake_podman.hpp"

namespace gantry::engine {
namespace {

using testing::ElementsAre;

class child : public testing::Test {
 protected:
  std::unique_ptr<child_process> start(const std::string& script) {
    return child_process::start(io_.get_executor(), {"/bin/sh", "-c", script},
                                [this](const std::string& line) { lines_.push_back(line); })
        .value();
  }

  boost::asio::io_context io_;
  std::vector<std::string> lines_;
};

// Gone, or dead and not yet taken by whoever inherited it.
bool is_dead(pid_t id) {
  std::ifstream in("/proc/" + std::to_string(id) + "/stat");
  std::string number;
  std::string name;
  std::string state;
  return !(in >> number >> name >> state) || state == "Z";
}

TEST_F(child, is_heard_line_by_line_and_its_status_known) {
  const auto child = start("echo one; echo two >&2; exit 7");
  EXPECT_TRUE(run_until(io_, [&] { return child->exit_status() && lines_.size() == 2; }));
  EXPECT_EQ(child->exit_status(), 7);
  EXPECT_THAT(lines_, ElementsAre("one", "two"));
}

TEST_F(child, that_cannot_be_executed_ends_with_127) {
  const auto child =
      child_process::start(io_.get_executor(), {"/nowhere/podman"}, [](const std::string&) {
      }).value();
  EXPECT_TRUE(run_until(io_, [&] { return child->exit_status().has_value(); }));
  EXPECT_EQ(child->exit_status(), 127);
}

TEST_F(child, that_a_signal_ended_says_so) {
  const auto child = start("echo up; exec sleep 60");
  EXPECT_TRUE(run_until(io_, [&] { return !lines_.empty(); }));
  child->send(SIGKILL);
  EXPECT_TRUE(run_until(io_, [&] { return child->exit_status().has_value(); }));
  EXPECT_EQ(child->exit_status(), 137);
}

TEST_F(child, has_none_of_our_files) {
  const int ours = dup(STDERR_FILENO);  // not to be closed on exec
  const auto child = start("cd /proc/self/fd; echo *");
  EXPECT_TRUE(run_until(io_, [&] { return child->exit_status() && !lines_.empty(); }));
  // The shell itself opens the folder to list it.
  EXPECT_THAT(lines_, ElementsAre(testing::StartsWith("0 1 2")));
  EXPECT_THAT(lines_[0], testing::Not(testing::HasSubstr(" " + std::to_string(ours + 1))));
  EXPECT_LE(lines_[0].size(), std::string("0 1 2 3").size());
  close(ours);
}

TEST_F(child, is_asked_to_end_when_the_object_does) {
  auto child = start("exec sleep 60");
  const pid_t id = child->id();
  child.reset();
  int raw = 0;
  EXPECT_EQ(waitpid(id, &raw, 0), id);
  EXPECT_TRUE(WIFSIGNALED(raw) && WTERMSIG(raw) == SIGTERM);
}

TEST_F(child, ends_with_the_process_that_started_it_even_if_that_was_killed) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    boost::asio::io_context io;
    const auto child =
        child_process::start(io.get_executor(), {"/bin/sleep", "60"}, [](const std::string&) {});
    const pid_t id = (*child)->id();
    (void)!write(ends[1], &id, sizeof id);
    pause();
  }
  pid_t id = 0;
  ASSERT_EQ(read(ends[0], &id, sizeof id), static_cast<ssize_t>(sizeof id));
  EXPECT_FALSE(is_dead(id));
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  EXPECT_TRUE(run_until(io_, [&] { return is_dead(id); }));
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace gantry::engine
