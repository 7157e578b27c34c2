#include "myko/standard_streams.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>

namespace gantry {
namespace {

// In a process of its own.
TEST(StandardStreams, AreOutlivedByTheProgram) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    closefrom(STDIN_FILENO);
    secure_standard_streams();
    const int next = open("/dev/null", O_RDONLY);
    std::array<int, 2> ends{};
    const bool piped = pipe(ends.data()) == 0 && close(ends[0]) == 0;
    const bool outlived = piped && write(ends[1], "x", 1) < 0 && errno == EPIPE;
    _exit(next > STDERR_FILENO && outlived ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

// A pipe or a pair of sockets: what is logged goes in at one end, and is read at the other.
class log_pipe {
 public:
  explicit log_pipe(bool of_sockets = false) {
    EXPECT_EQ(of_sockets ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()) : pipe(ends_.data()),
              0);
  }
  ~log_pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  log_pipe(const log_pipe&) = delete;
  log_pipe& operator=(const log_pipe&) = delete;

  [[nodiscard]] int in() const { return ends_[1]; }
  void lose_reader() {
    close(ends_[0]);
    ends_[0] = -1;
  }
  // All that is there.
  [[nodiscard]] std::string read() const {
    fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    std::string out;
    std::array<char, 4'096> bytes{};
    for (ssize_t count = 0; (count = ::read(ends_[0], bytes.data(), bytes.size())) > 0;) {
      out.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return out;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

TEST(LogWriter, WritesWhatIsRead) {
  for (const bool of_sockets : {false, true}) {
    const log_pipe pipe(of_sockets);
    log_writer log(pipe.in());
    EXPECT_TRUE(log.write("a\n"));
    EXPECT_TRUE(log.write(std::string(20'000, 'b') + "\n"));
    EXPECT_EQ(pipe.read(), "a\n" + std::string(20'000, 'b') + "\n");
  }
}

// Nobody reads: were it to wait for that, this would have no end.
TEST(LogWriter, LosesWhatNobodyReads) {
  for (const bool of_sockets : {false, true}) {
    const log_pipe pipe(of_sockets);
    log_writer log(pipe.in());
    std::size_t written = 0;
    while (log.write(std::string(999, 'x') + "\n") && written < 10'000) ++written;
    ASSERT_LT(written, 10'000U);
    for (int each = 0; each < 1'000; ++each) EXPECT_FALSE(log.write("lost\n"));
    const std::string before = pipe.read();
    EXPECT_GE(before.size(), written * 1'000);
    EXPECT_TRUE(log.write("later\n"));
    const std::string end = before.ends_with('\n') ? "" : "\n";
    EXPECT_EQ(pipe.read(),
              end + "1001 lines of this log were lost: it could not be written\nlater\n");
  }
}

TEST(LogWriter, GoesOnWhereItCannotBeWritten) {
  std::signal(SIGPIPE, SIG_IGN);
  for (const bool of_sockets : {false, true}) {
    log_pipe pipe(of_sockets);
    pipe.lose_reader();
    log_writer log(pipe.in());
    EXPECT_FALSE(log.write("a\n"));
    EXPECT_FALSE(log.write("b\n"));
  }
  const int full = open("/dev/full", O_WRONLY);
  log_writer no_room(full);
  EXPECT_FALSE(no_room.write("a\n"));
  close(full);
  log_writer closed(full);
  EXPECT_FALSE(closed.write("a\n"));
}

}  // namespace
}  // namespace gantry
