#include "executor/state_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "executor/host.hpp"

namespace gantry {
namespace {

failure system_failure(const std::string& what) {
  const boost::system::error_code error(errno, boost::system::system_category());
  return {error, what + ": " + error.message()};
}

}  // namespace

result<state_folder> state_folder::claim(const std::string& path) {
  if (const auto made = host::make_folder(path); !made) return made.error();
  const std::string file = path + "/lock";
  state_folder out;
  out.lock_ = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (out.lock_ < 0) return system_failure("opening " + file);
  if (flock(out.lock_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_failure("locking " + file);
    std::string holder = host::text_of(file);
    while (holder.ends_with('\n')) holder.pop_back();
    return failure{make_error_code(boost::system::errc::device_or_resource_busy),
                   "the state folder " + path + " is in use by another gantry (process " + holder +
                       "): stop that one, or give each its own state_dir"};
  }
  const std::string id = std::to_string(getpid()) + "\n";
  // For people: nothing depends on it.
  if (ftruncate(out.lock_, 0) == 0) (void)!pwrite(out.lock_, id.data(), id.size(), 0);
  out.path_ = path;
  return out;
}

std::optional<std::string> state_folder::why_not(const std::string& path) {
  std::error_code ignored;  // then it is not there
  std::filesystem::path there = std::filesystem::absolute(path, ignored).lexically_normal();
  while (!std::filesystem::exists(there, ignored) && there.has_relative_path()) {
    there = there.parent_path();
  }
  if (!std::filesystem::is_directory(there, ignored)) return there.string() + " is no folder";
  if (access(there.c_str(), W_OK | X_OK) == 0) return std::nullopt;
  return system_failure("writing in " + there.string()).message;
}

state_folder::state_folder(state_folder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

state_folder& state_folder::operator=(state_folder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

state_folder::~state_folder() {
  if (lock_ >= 0) close(lock_);
}

std::string state_folder::database() const { return path_.empty() ? "" : database_in(path_); }

}  // namespace gantry
