#include "executor/slots/mounts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <set>

namespace gantry::slots {
namespace {

// Where engines keep the socket that commands them, under both names of /run.
constexpr std::array<std::string_view, 7> engine_sockets{"/run/docker.sock",
                                                         "/run/docker/containerd/containerd.sock",
                                                         "/run/podman/podman.sock",
                                                         "/run/containerd/containerd.sock",
                                                         "/run/k3s/containerd/containerd.sock",
                                                         "/run/crio/crio.sock",
                                                         "/run/user/0/docker.sock"};
constexpr std::array<std::string_view, 5> socket_names{
    "docker.sock", "docker.raw.sock", "podman.sock", "containerd.sock", "crio.sock"};

// Without //, /./, /../ and a slash at the end.
std::string normal(std::string_view path) {
  std::string out = std::filesystem::path(path).lexically_normal().string();
  while (out.size() > 1 && out.back() == '/') out.pop_back();
  if (out.starts_with("//")) out.erase(0, 1);
  return out;
}

// /var/run is a link to /run.
std::string without_var(const std::string& path) {
  return path == "/var/run" || path.starts_with("/var/run/") ? path.substr(4) : path;
}

bool is_in(std::string_view path, std::string_view folder) {
  if (folder == "/" || path == folder) return true;
  return path.starts_with(folder) && path.substr(folder.size()).starts_with('/');
}

bool is_volume_name(std::string_view text) {
  const auto good = [](unsigned char each) {
    return std::isalnum(each) != 0 || each == '_' || each == '.' || each == '-';
  };
  return !text.empty() && std::isalnum(static_cast<unsigned char>(text.front())) != 0 &&
         std::ranges::all_of(text, good);
}

std::optional<std::string> why_never(const std::string& source) {
  const std::string path = without_var(source);
  const std::string file = std::filesystem::path(path).filename().string();
  const bool is_socket = std::ranges::find(socket_names, file) != socket_names.end();
  const bool holds_one = std::ranges::any_of(
      engine_sockets, [&](std::string_view socket) { return is_in(socket, path); });
  // Rootless engines keep theirs in the folders of their users; /var holds the link to /run.
  const bool of_user = path == "/run/user" || path == "/var";
  const auto parent = std::filesystem::path(path).parent_path();
  const bool is_users_folder =
      parent == "/run/user" || (is_in(path, "/run/user") && (file == "podman" || file == "docker"));
  if (is_socket || holds_one || of_user || is_users_folder) {
    return "would hand over the engine's socket, and with it the host: mount what is needed, and "
           "nothing above it";
  }
  if (is_in(path, "/proc")) return "would show the host's processes: /proc is never mounted";
  return std::nullopt;
}

failure unfit(std::string_view text, const std::string& why) {
  return {make_error_code(boost::system::errc::invalid_argument),
          "\"" + std::string(text) + "\" " + why};
}

}  // namespace

result<engine::container_mount> parse_mount(std::string_view text) {
  const auto first = text.find(':');
  if (first == std::string_view::npos)
    return unfit(text, "must be SOURCE:TARGET or SOURCE:TARGET:ro");
  const std::string_view source = text.substr(0, first);
  std::string_view target = text.substr(first + 1);
  engine::container_mount out;
  if (const auto last = target.find(':'); last != std::string_view::npos) {
    const std::string_view option = target.substr(last + 1);
    if (option != "ro" && option != "rw") {
      return unfit(text, "may end in :ro or :rw, not :" + std::string(option));
    }
    out.read_only = option == "ro";
    target = target.substr(0, last);
  }
  if (!target.starts_with('/')) return unfit(text, "needs a target that begins with /");
  out.target = normal(target);
  if (out.target == "/") return unfit(text, "cannot take the place of the container's root");
  for (const std::string_view own : {"/proc", "/sys", "/dev"}) {
    if (is_in(out.target, own)) {
      return unfit(text, "cannot be mounted in " + std::string(own) + ", which is the kernel's");
    }
  }
  if (source.starts_with('/')) {
    out.type = engine::container_mount::kind::bind;
    out.source = normal(source);
    if (const auto why = why_never(out.source)) return unfit(text, *why);
  } else if (is_volume_name(source)) {
    out.type = engine::container_mount::kind::volume;
    out.source = source;
  } else {
    return unfit(text, "needs a source that is a path from / or the name of a volume");
  }
  return out;
}

bool shows(const engine::container_mount& mount, std::string_view path) {
  return mount.type == engine::container_mount::kind::bind &&
         is_in(without_var(normal(path)), without_var(mount.source));
}

bool shows_some_of(const engine::container_mount& mount, std::string_view folder) {
  const bool is_inside = mount.type == engine::container_mount::kind::bind &&
                         is_in(without_var(mount.source), without_var(normal(folder)));
  return is_inside || shows(mount, folder);
}

std::optional<std::string> clash_of(std::span<const engine::container_mount> mounts, bool has_tmp) {
  std::set<std::string> targets;
  for (const engine::container_mount& each : mounts) {
    if (has_tmp && each.target == "/tmp") {
      return "has a mount at /tmp, where there is a tmpfs: set tmp = \"none\" to have the mount";
    }
    if (!targets.insert(each.target).second) return "has two mounts at " + each.target;
  }
  return std::nullopt;
}

}  // namespace gantry::slots
