#include "executor/engine/child_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <csignal>
#include <exception>
#include <utility>

#include "myko/net/deadline.hpp"

namespace gantry::engine {
namespace {

namespace asio = boost::asio;

constexpr int cannot_execute = 127;  // as a shell says it
constexpr std::size_t line_bytes_max = 4 << 10;

failure system_failure(const std::string& what) {
  const boost::system::error_code code(errno, boost::system::system_category());
  return {code, what + ": " + code.message()};
}

// Runs in the child, between fork and exec: nothing here may take a lock or memory, which another
// thread of the parent may have held.
[[noreturn]] void become(char* const* command, int out, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(cannot_execute);  // it ended before we said so
  setpgid(0, 0);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(out, STDERR_FILENO);
  closefrom(STDERR_FILENO + 1);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  execv(command[0], command);
  _exit(cannot_execute);
}

void rethrow(const std::exception_ptr& error) {
  if (error) std::rethrow_exception(error);
}

int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

}  // namespace

// Shared with the coroutine that reads, which may end a moment after the child_process.
struct child_process::output {
  asio::posix::stream_descriptor pipe;
  line_sink on_line;

  static net::awaitable<void> read(std::shared_ptr<output> self) {
    std::string pending;
    std::array<char, line_bytes_max> bytes{};
    while (true) {
      const auto [error, count] =
          co_await self->pipe.async_read_some(asio::buffer(bytes), net::token);
      if (error || !self->pipe.is_open()) co_return;
      pending.append(bytes.data(), count);
      for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
        self->on_line(pending.substr(0, end));
        pending.erase(0, end + 1);
      }
      if (pending.size() >= line_bytes_max) self->on_line(std::exchange(pending, {}));
    }
  }
};

child_process::child_process(pid_t id, std::shared_ptr<output> printed)
    : id_(id), output_(std::move(printed)) {}

result<std::unique_ptr<child_process>> child_process::start(const asio::any_io_executor& executor,
                                                            const std::vector<std::string>& command,
                                                            line_sink on_line) {
  std::vector<std::string> texts = command;  // exec() takes pointers that could be written through
  std::vector<char*> words(texts.size() + 1, nullptr);
  std::ranges::transform(texts, words.begin(), [](std::string& each) { return each.data(); });
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return system_failure("no pipe");
  const pid_t parent = getpid();
  const pid_t id = fork();
  if (id == 0) become(words.data(), ends[1], parent);
  close(ends[1]);
  if (id < 0) {
    close(ends[0]);
    return system_failure("cannot start " + command.front());
  }
  auto printed = std::make_shared<output>(
      output{asio::posix::stream_descriptor(executor, ends[0]), std::move(on_line)});
  asio::co_spawn(executor, output::read(printed), rethrow);
  return std::unique_ptr<child_process>(new child_process(id, std::move(printed)));
}

child_process::~child_process() {
  send(SIGTERM);
  boost::system::error_code ignored;
  output_->pipe.close(ignored);
  (void)exit_status();  // or else init takes it, when we end
}

std::optional<int> child_process::exit_status() {
  int raw = 0;
  if (!status_ && waitpid(id_, &raw, WNOHANG) == id_) status_ = status_of(raw);
  return status_;
}

void child_process::send(int signal) {
  if (!exit_status()) kill(id_, signal);
}

}  // namespace gantry::engine
