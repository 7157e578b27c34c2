#include "executor/host.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>

#include "myko/small_file.hpp"

namespace gantry::host {
namespace {

failure system_failure(const std::string& what) {
  const boost::system::error_code code(errno, boost::system::system_category());
  return {code, what + ": " + code.message()};
}

std::optional<std::string> address_of(const ifaddrs& entry) {
  if (entry.ifa_addr == nullptr || (entry.ifa_flags & IFF_LOOPBACK) != 0) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* address = nullptr;
  if (entry.ifa_addr->sa_family == AF_INET) {
    address = &reinterpret_cast<const sockaddr_in*>(entry.ifa_addr)->sin_addr;
  } else if (entry.ifa_addr->sa_family == AF_INET6) {
    const auto* v6 = &reinterpret_cast<const sockaddr_in6*>(entry.ifa_addr)->sin6_addr;
    if (IN6_IS_ADDR_LINKLOCAL(v6)) return std::nullopt;
    address = v6;
  }
  if (address == nullptr) return std::nullopt;
  if (inet_ntop(entry.ifa_addr->sa_family, address, text.data(), text.size()) == nullptr) {
    return std::nullopt;
  }
  return std::string(text.data());
}

}  // namespace

std::string name() {
  std::array<char, 256> out{};
  if (gethostname(out.data(), out.size() - 1) != 0 || out[0] == '\0') return "localhost";
  return out.data();
}

std::vector<std::string> addresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
  std::vector<std::string> out;
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (auto address = address_of(*each)) out.push_back(*std::move(address));
  }
  return out;
}

std::string runtime_dir() {
  if (const auto xdg = environment("XDG_RUNTIME_DIR"); xdg && !xdg->empty()) return *xdg;
  return geteuid() == 0 ? "" : "/run/user/" + std::to_string(geteuid());
}

std::optional<std::string> find_program(std::string_view name) {
  std::istringstream folders(environment("PATH").value_or(""));
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path path = std::filesystem::path(folder) / name;
    std::error_code ignored;  // what we may not look at, we cannot run
    const bool file = path.is_absolute() && std::filesystem::is_regular_file(path, ignored);
    if (file && access(path.c_str(), X_OK) == 0) return path;
  }
  return std::nullopt;
}

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

result<std::string> read_file(const std::string& path) {
  constexpr std::size_t bytes_max = 1U << 20U;
  return read_small_file(path, bytes_max);
}

std::string text_of(const std::string& path) {
  constexpr std::size_t bytes_max = 16U << 20U;  // the list of a large machine's mounts
  auto read = read_small_file(path, bytes_max);
  return read ? *std::move(read) : std::string();
}

std::optional<std::string> docker_config() {
  auto folder = environment("DOCKER_CONFIG");
  if (!folder || folder->empty()) {
    const auto home = environment("HOME");
    if (!home || home->empty()) return std::nullopt;
    folder = *home + "/.docker";
  }
  auto read = read_file(*folder + "/config.json");
  if (!read) return std::nullopt;
  return *std::move(read);
}

result<void> replace_file(const std::string& path, std::string_view content) {
  const std::string temporary = path + ".new";
  const int file = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) return system_failure("writing " + temporary);
  while (!content.empty()) {
    const ssize_t count = write(file, content.data(), content.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const failure reason = system_failure("writing " + temporary);
      close(file);
      return reason;
    }
    content.remove_prefix(static_cast<std::size_t>(count));
  }
  const bool stored = fsync(file) == 0;
  close(file);
  if (!stored || rename(temporary.c_str(), path.c_str()) != 0) {
    return system_failure("writing " + path);
  }
  return {};
}

result<void> make_folder(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return failure{error, "making the folder " + path + ": " + error.message()};
  return {};
}

bool is_readable_by_others(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

void raise_open_files_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  (void)setrlimit(RLIMIT_NOFILE, &limit);
}

void be_ended_by_signals() {
  if (getpid() != 1) return;
  for (const int each : {SIGTERM, SIGINT}) std::signal(each, [](int by) { _exit(128 + by); });
}

std::string state_dir(const std::string& configured) {
  if (!configured.empty()) return configured;
  if (geteuid() == 0) return "/var/lib/gantry";
  if (const auto xdg = environment("XDG_STATE_HOME"); xdg && !xdg->empty()) return *xdg + "/gantry";
  return environment("HOME").value_or(".") + "/.local/state/gantry";
}

}  // namespace gantry::host
