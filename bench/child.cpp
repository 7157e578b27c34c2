#include "bench/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <system_error>

extern char** environ;

namespace gantry::bench {
namespace {

constexpr int patience_milliseconds = 10'000;

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (const std::string& each : strings) out.push_back(const_cast<char*>(each.c_str()));
  out.push_back(nullptr);
  return out;
}

// The first of two variables with one name is the one that counts.
std::vector<std::string> variables(const environment& extra) {
  std::vector<std::string> out;
  for (const auto& [name, value] : extra) out.push_back(name + "=" + value);
  for (char** each = environ; *each != nullptr; ++each) out.emplace_back(*each);
  return out;
}

pid_t spawn(const std::vector<std::string>& command, const environment& extra,
            const std::string& out_file) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out_file.c_str(), flags, 0600);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  const auto all = variables(extra);
  pid_t id = -1;
  const int error = posix_spawnp(&id, command[0].c_str(), &files, nullptr, pointers(command).data(),
                                 pointers(all).data());
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::system_error(error, std::generic_category(), command[0]);
  return id;
}

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// False if it has not ended by then.
bool wait_for_end(pid_t id) {
  const auto handle = static_cast<int>(syscall(SYS_pidfd_open, id, 0));
  pollfd ended{handle, POLLIN, 0};
  const bool out = poll(&ended, 1, patience_milliseconds) == 1;
  close(handle);
  return out;
}

}  // namespace

child::child(const std::vector<std::string>& command, const environment& extra,
             const std::string& log_file)
    : id_(spawn(command, extra, log_file)) {}

child::~child() {
  if (!runs()) return;
  kill(id_, SIGTERM);
  if (!wait_for_end(id_)) kill(id_, SIGKILL);
  int status = 0;
  waitpid(id_, &status, 0);
}

bool child::runs() {
  int status = 0;
  if (id_ > 0 && waitpid(id_, &status, WNOHANG) == id_) id_ = -1;
  return id_ > 0;
}

std::string child::proc(const std::string& name) const {
  return "/proc/" + std::to_string(id_) + "/" + name;
}

// Source: proc(5), /proc/pid/stat: utime and stime are the 12th and 13th behind the name.
double child::cpu_seconds() const {
  const std::string stat = content(proc("stat"));
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int each = 0; each < 11; ++each) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double child::peak_mebibytes() const {
  const std::string status = content(proc("status"));
  const std::size_t at = status.find("VmHWM:");
  if (at == std::string::npos) return 0;
  return std::stod(status.substr(at + 6)) / 1024;
}

void child::forget_peak() const { std::ofstream(proc("clear_refs")) << "5"; }

std::string run_command(const std::vector<std::string>& command, const environment& extra,
                        const std::string& log_file) {
  const pid_t id = spawn(command, extra, log_file);
  int status = 0;
  waitpid(id, &status, 0);
  std::string out = content(log_file);
  while (out.ends_with('\n')) out.pop_back();
  if (status != 0) throw std::runtime_error(command[0] + " failed: " + out);
  return out;
}

}  // namespace gantry::bench
