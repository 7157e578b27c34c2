#include "executor/engine/own_container.hpp"

#include <algorithm>
#include <array>

namespace gantry::engine {
namespace {

constexpr std::size_t id_length = 64;

bool is_id(std::string_view text) {
  return text.size() == id_length && std::ranges::all_of(text, [](char byte) {
           return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
         });
}

// Takes what is before the separator off the front of `text`.
std::string_view take_until(std::string_view& text, char separator) {
  const std::string_view out = text.substr(0, text.find(separator));
  text.remove_prefix(std::min(text.size(), out.size() + 1));
  return out;
}

// A component of a cgroup path: ID, docker-ID.scope, libpod-ID.scope, cri-containerd-ID.scope.
// Conmon, which watches over a Podman container from outside, is not in it.
std::optional<std::string> id_of_cgroup(std::string_view component) {
  if (component.ends_with(".scope")) {
    component.remove_suffix(std::string_view(".scope").size());
    if (component.starts_with("libpod-conmon-")) return std::nullopt;
    component.remove_prefix(component.rfind('-') + 1);
  }
  if (!is_id(component)) return std::nullopt;
  return std::string(component);
}

// Lines of HIERARCHY:CONTROLLERS:PATH. The innermost container is the last one in the path.
std::optional<std::string> id_from_cgroup(std::string_view text) {
  while (!text.empty()) {
    std::string_view path = take_until(text, '\n');
    take_until(path, ':');
    take_until(path, ':');
    std::optional<std::string> found;
    while (!path.empty()) {
      if (auto id = id_of_cgroup(take_until(path, '/'))) found = std::move(id);
    }
    if (found) return found;
  }
  return std::nullopt;
}

// .../containers/ID/hostname (Docker), .../overlay-containers/ID/userdata/hostname (Podman).
std::optional<std::string> id_of_mount(std::string_view root) {
  std::string_view parent;
  while (!root.empty()) {
    const std::string_view component = take_until(root, '/');
    if (is_id(component) && parent.ends_with("containers")) return std::string(component);
    parent = component;
  }
  return std::nullopt;
}

// Lines of ID PARENT DEVICE ROOT MOUNT_POINT ... On a host that runs an engine this lists the
// mounts of other containers, too; only the files that an engine binds into its own count.
std::optional<std::string> id_from_mountinfo(std::string_view text) {
  constexpr std::array<std::string_view, 3> bound = {"/etc/hostname", "/etc/hosts",
                                                     "/etc/resolv.conf"};
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    for (int skipped = 0; skipped < 3; ++skipped) take_until(line, ' ');
    const std::string_view root = take_until(line, ' ');
    const std::string_view mount_point = take_until(line, ' ');
    if (std::ranges::find(bound, mount_point) == bound.end()) continue;
    if (auto id = id_of_mount(root)) return id;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> own_container_id(std::string_view mountinfo, std::string_view cgroup) {
  // The cgroup first: with --network container:OTHER the bound files are those of OTHER. But in
  // a cgroup namespace of its own (cgroup v2) a container sees no more than "/".
  if (auto id = id_from_cgroup(cgroup)) return id;
  return id_from_mountinfo(mountinfo);
}

}  // namespace gantry::engine
