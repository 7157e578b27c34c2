// What gantry asks of the machine that it runs on.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.hpp"

namespace gantry::host {

// The host's name; all executors of a host must publish the same.
[[nodiscard]] std::string name();

// IP addresses of the host's interfaces, without those that only the host itself can reach.
[[nodiscard]] std::vector<std::string> addresses();

// An environment variable; nothing where it is not set.
[[nodiscard]] std::optional<std::string> environment(std::string_view name);

// Where this user's sockets are: XDG_RUNTIME_DIR, or what systemd would have set; empty for root
// without it.
[[nodiscard]] std::string runtime_dir();

// The path of a program in PATH.
[[nodiscard]] std::optional<std::string> find_program(std::string_view name);

// The whole file, as read_small_file() does it, up to 1 MiB; text_of() has up to 16 MiB, and
// is empty where it cannot be read.
[[nodiscard]] result<std::string> read_file(const std::string& path);
[[nodiscard]] std::string text_of(const std::string& path);

// Docker's config.json of this user, with logins for registries: in DOCKER_CONFIG, or in ~/.docker;
// nothing where it cannot be read.
[[nodiscard]] std::optional<std::string> docker_config();

// Replaces the file in one step: after a crash it is the old one or the new one.
[[nodiscard]] result<void> replace_file(const std::string& path, std::string_view content);

// Makes the folder and those above it.
[[nodiscard]] result<void> make_folder(const std::string& path);

// Can others than the owner read it?
[[nodiscard]] bool is_readable_by_others(const std::string& path);

// Each followed container is a connection: allows as many open files as the system lets us.
void raise_open_files_limit();

// The first process of a container is ended by SIGTERM and SIGINT only if it says so: from now on
// it is, as any other program is by itself, where the two are not blocked.
void be_ended_by_signals();

// Where state is kept: as configured, else /var/lib/gantry for root, or XDG's state folder.
[[nodiscard]] std::string state_dir(const std::string& configured);

}  // namespace gantry::host
