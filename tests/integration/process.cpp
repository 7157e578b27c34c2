#include "tests/integration/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <system_error>

extern char** environ;

namespace gantry::test {
namespace {

std::vector<std::string> environment_with(const environment& extra) {
  environment all;
  for (char** each = environ; *each != nullptr; ++each) {
    const std::string pair(*each);
    const auto equals = pair.find('=');
    all[pair.substr(0, equals)] = pair.substr(equals + 1);
  }
  for (const auto& [name, value] : extra) all[name] = value;
  std::vector<std::string> out;
  for (const auto& [name, value] : all) out.push_back(name + "=" + value);
  return out;
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> out;
  for (const std::string& each : strings) out.push_back(const_cast<char*>(each.c_str()));
  out.push_back(nullptr);
  return out;
}

pid_t spawn(const std::vector<std::string>& command, const environment& extra,
            const std::string& out_file, const std::string& error_file) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  constexpr int flags = O_WRONLY | O_CREAT | O_APPEND;
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, out_file.c_str(), flags, 0644);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, error_file.c_str(), flags, 0644);
  // Sockets of this process would live on in the child, and with them connections that were closed.
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  // A shell that ran the tests in the background has them ignore SIGINT, and all that they start.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const auto variables = environment_with(extra);
  pid_t id = -1;
  const int error = posix_spawnp(&id, command[0].c_str(), &files, &attributes,
                                 pointers(command).data(), pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) throw std::system_error(error, std::generic_category(), command[0]);
  return id;
}

int status_of(int raw) { return WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw); }

std::string content(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

process::process(const std::vector<std::string>& command, const environment& extra,
                 const std::string& log_file)
    : id_(spawn(command, extra, log_file, log_file)), log_file_(log_file) {}

process::~process() {
  if (exit_status()) return;
  kill(id_, SIGKILL);
  int raw = 0;
  waitpid(id_, &raw, 0);
}

void process::send(int signal) const {
  if (!status_) kill(id_, signal);
}

std::optional<int> process::exit_status() {
  int raw = 0;
  if (!status_ && waitpid(id_, &raw, WNOHANG) == id_) status_ = status_of(raw);
  return status_;
}

std::string process::log() const { return content(log_file_); }

std::string run_command(const std::vector<std::string>& command, const environment& extra) {
  std::array<char, 32> name{};
  std::strcpy(name.data(), "/tmp/gantry-test-XXXXXX");
  const int file = mkstemp(name.data());
  if (file < 0) throw std::system_error(errno, std::generic_category(), "mkstemp");
  close(file);
  const std::string out_file = name.data();
  const std::string error_file = out_file + ".err";
  const pid_t id = spawn(command, extra, out_file, error_file);
  int raw = 0;
  waitpid(id, &raw, 0);
  std::string out = content(out_file);
  const std::string errors = content(error_file);
  std::filesystem::remove(out_file);
  std::filesystem::remove(error_file);
  if (status_of(raw) != 0) {
    std::ostringstream text;
    for (const std::string& each : command) text << each << ' ';
    throw std::runtime_error(text.str() + "failed: " + errors + out);
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace gantry::test
